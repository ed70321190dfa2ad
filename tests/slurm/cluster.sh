#!/usr/bin/env bash
# A SLURM "cluster" of this one machine with two fake GPUs, for tests: no systemd, no cgroups, loopback only.
#   cluster.sh up     install what is missing (Debian packages), configure, start, wait until the node takes jobs
#   cluster.sh down   stop it and take its configuration away
# Needs root. It never touches a configuration of SLURM that it did not write.
#   LANDFALL_SLURM_DIR   state, logs, pid files (default /tmp/landfall-slurm)
#   LANDFALL_SLURM_CPUS  CPUs the node claims, more than there are if need be (default 4)
set -euo pipefail

dir=${LANDFALL_SLURM_DIR:-/tmp/landfall-slurm}
cpus=${LANDFALL_SLURM_CPUS:-4}
memory=$(awk '/MemTotal/ {printf "%d", $2 / 1024}' /proc/meminfo)
host=$(hostname -s)
conf=/etc/slurm/slurm.conf
mark="# written by landfall's tests"

die() { echo "cluster.sh: $*" >&2; exit 1; }
wait_for() { for _ in $(seq 75); do "$@" >/dev/null 2>&1 && return 0; sleep 0.2; done; return 1; }
runs() { [ -s "$dir/$1.pid" ] && [ "$(cat "/proc/$(cat "$dir/$1.pid")/comm" 2>/dev/null)" = "$1" ]; }
stops() { ! runs "$1"; }
stop() { if runs "$1"; then kill "$(cat "$dir/$1.pid")"; wait_for stops "$1"; fi; }

install_missing() {
    command -v slurmctld slurmd sbatch munged >/dev/null && return
    # policy-rc.d keeps the packages from starting services of their own
    local policy=/usr/sbin/policy-rc.d
    [ -e $policy ] || { printf '#!/bin/sh\nexit 101\n' >$policy; chmod +x $policy; trap "rm -f $policy" EXIT; }
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends slurmctld slurmd slurm-client munge >/dev/null
}

configure() {
    [ ! -e $conf ] || head -1 $conf | grep -qF "$mark" || die "$conf is there and not of these tests; nothing was changed"
    mkdir -p /etc/slurm "$dir"/{state,spool,dev}
    # With a device file SLURM numbers the GPUs and sets CUDA_VISIBLE_DEVICES; a null device is enough.
    for gpu in 0 1; do [ -e "$dir/dev/gpu$gpu" ] || mknod "$dir/dev/gpu$gpu" c 1 3; done
    echo "NodeName=$host Name=gpu Type=fake File=$dir/dev/gpu[0-1]" >/etc/slurm/gres.conf
    cat >$conf <<CONF
$mark
ClusterName=landfall
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd.pid
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool
SlurmctldLogFile=$dir/slurmctld.log
SlurmdLogFile=$dir/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/linux
# memory is looked at every second, and a job that has more than it asked for is ended
JobAcctGatherFrequency=task=1
JobAcctGatherParams=OverMemoryKill
MpiDefault=none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SchedulerParameters=bf_interval=2,sched_interval=2
SlurmdParameters=config_overrides
ReturnToService=2
# squeue and scontrol tell of a finished job for this many seconds
MinJobAge=3600
# a minute over the limit is not allowed, and five seconds are given to end
OverTimeLimit=0
KillWait=5
InactiveLimit=0
Waittime=0
JobRequeue=0
AccountingStorageType=accounting_storage/none
GresTypes=gpu
NodeName=$host NodeAddr=127.0.0.1 CPUs=$cpus RealMemory=$memory Gres=gpu:fake:2 State=UNKNOWN
PartitionName=cpu Nodes=$host Default=YES MaxTime=INFINITE State=UP DefMemPerCPU=100
PartitionName=gpu Nodes=$host Default=NO MaxTime=INFINITE State=UP DefMemPerCPU=100
CONF
}

answers() { munge -n </dev/null | unmunge; }
start_munge() {
    [ -s /etc/munge/munge.key ] || (umask 077; head -c 1024 /dev/urandom >/etc/munge/munge.key)
    chown munge:munge /etc/munge/munge.key
    answers >/dev/null 2>&1 && return
    install -d -o munge -g munge -m 755 /run/munge
    install -d -o munge -g munge -m 700 /var/log/munge /var/lib/munge
    setpriv --reuid=munge --regid=munge --init-groups munged --force </dev/null
    wait_for answers || die "munged does not answer: $(tail -3 /var/log/munge/munged.log)"
}

idle() { sinfo -h -p cpu -o %T | grep -qxE 'idle|mixed|allocated'; }
start_slurm() {
    runs slurmctld || slurmctld </dev/null
    wait_for scontrol ping || die "slurmctld does not answer: $(tail -3 "$dir/slurmctld.log")"
    runs slurmd || slurmd -N "$host" </dev/null
    wait_for idle || scontrol update NodeName="$host" State=RESUME
    wait_for idle || die "the node takes no jobs: $(sinfo -R -h; tail -3 "$dir/slurmd.log")"
}

[ "$(id -u)" = 0 ] || die "needs root"
case ${1:-up} in
    up) install_missing; configure; start_munge; start_slurm; sinfo -o "%P %T %c %m %G" ;;
    down) stop slurmd; stop slurmctld
        head -1 $conf 2>/dev/null | grep -qF "$mark" && rm -f $conf /etc/slurm/gres.conf
        rm -rf "$dir" ;;
    *) die "usage: cluster.sh up|down" ;;
esac
