// Dilated convolutions of 32 channels by Toom-Cook's method F(4, 4): see dilated_convolution.py.
//
// Four outputs that lie `dilation` apart and four taps of a kernel meet in seven products of 32 x 32 matrices instead
// of sixteen. A kernel of any width is cut into groups of four taps, whose products are summed before the four outputs
// are put together again. Row b * dilation + phase of a plane stands for the positions
// (4 b + j) * dilation + phase, j = 0..6. Everything that surrounds a convolution in a residual unit (norm and rectifier
// before it, bias, rectifier or residual behind it) is done on the way, so that the activations are read and written once.
//
// Compiled once for each instruction set and chosen at run time. OpenMP's functions are left for torch's own copy of
// the library to provide: two of them in one process would hold each other up.

#include <algorithm>
#include <vector>

namespace {

constexpr int CHANNELS = 32, STEP = 4, POINTS = 7;
constexpr long MOST_ROWS = 1280;  // of a plane at once: what the caches hold

// Evaluation at 0, 1, -1, 1/2, -1/2, 2 and infinity: row k holds 4 times the coefficients of prod (z - p_j), j != k;
// the divisor that belongs to it is in the weights.
constexpr float ENTER[POINTS][POINTS] = {
    {-2, 1, 10, -5, -8, 4, 0}, {0, 2, 1, -9, -4, 4, 0}, {0, -2, 3, 7, -12, 4, 0}, {0, 4, 6, -8, -6, 4, 0},
    {0, -4, 10, 0, -10, 4, 0}, {0, 1, 0, -5, 0, 4, 0},  {0, -2, 1, 10, -5, -8, 4},
};
// Row i holds the powers p_k to the i.
constexpr float LEAVE[STEP][POINTS] = {
    {1, 1, 1, 1, 1, 1, 0},
    {0, 1, -1, 0.5, -0.5, 2, 0},
    {0, 1, 1, 0.25, 0.25, 4, 0},
    {0, 1, -1, 0.125, -0.125, 8, 1},
};

}  // namespace

// Activations, (batch, positions, CHANNELS) as landfall.models.convolution.Layer has them: from first to last the members'
// own (none, perhaps), beside them those kept of a reference. left and right are where position 0 of a member that is 0
// away would lie; a residual without left is none.
struct Layer {
    const float *left, *own, *right;
    long own_stride, first, last;
};

struct Convolution {
    Layer input, residual;
    const long *away;
    const float *weights, *bias, *scale, *offset;
    float *output;
    long batch, length, wanted, dilation, groups, full_groups, rectify, threads;  // infinity sees a group's last tap only
    float slope;  // of the rectifiers, for negative numbers
};

namespace {

inline const float *at(const Layer &layer, long away, long member, long position) {
    if (position < layer.first) return layer.left + (away + position) * CHANNELS;
    if (position < layer.last) return layer.own + member * layer.own_stride + (position - layer.first) * CHANNELS;
    return layer.right + (away + position) * CHANNELS;
}

inline long position_of(const Convolution &c, long row) {
    return row / c.dilation * STEP * c.dilation + row % c.dilation;
}

namespace plain {
#define LANES 4
#define ROWS 1
#include "dilated_convolution.inc"
#undef LANES
#undef ROWS
}  // namespace plain

#ifdef __x86_64__
#pragma GCC push_options
#pragma GCC target("avx2,fma")
namespace avx2 {
#define LANES 8
#define ROWS 3
#include "dilated_convolution.inc"
#undef LANES
#undef ROWS
}  // namespace avx2
#pragma GCC pop_options

#pragma GCC push_options
#pragma GCC target("avx512f")
namespace avx512 {
#define LANES 16
#define ROWS 12
#include "dilated_convolution.inc"
#undef LANES
#undef ROWS
}  // namespace avx512
#pragma GCC pop_options
#endif

}  // namespace

extern "C" void landfall_dilated_convolution(const Convolution *c) {
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx512f")) return avx512::convolve(*c);
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return avx2::convolve(*c);
#endif
    plain::convolve(*c);
}
