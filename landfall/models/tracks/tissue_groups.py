"""Groups of tissues: which of thousands of tracks are relevant for a patient.

The tables of tracks name tissues and cell lines in many ways; a name's first rule below decides its group. A cell line
counts as the tissue it was taken from, a cell differentiated from stem cells as its target tissue. A name that matches
no rule is ``other``. A patient's HPO terms choose groups through the ontology: a term counts for a group if one of the
group's terms is the term itself or above it.
"""

from __future__ import annotations

import re
from functools import cache

OTHER = "other"

# Ordered: a name that fits two rules goes to the first. Words and beginnings of words, in any case.
RULES = (
    ("bone", r"chondrocyt|osteo|cartilage"),
    ("stem cell", r"mesenchym|hesc derived|mesendoderm|\bmesoderm|\bendoderm|\bectoderm"),
    ("eye", r"retina|\beyes?\b|\brpe\b|hrpe|\biris\b|\blens\b|cornea|conjunctiv|hconf|weri|y79"),
    ("fat", r"adipo|\bfat\b"),
    (
        "vessel",
        r"\baort|arter|\bveins?\b|venous|vascular|endotheli|huvec|hmvec|aosmc|aoaf|hpaf\b(?!-)|hpaec|hbmec",
    ),
    (
        "blood",
        r"blood|bone marrow|lympho|lymph node|leuk[ae]|lymphoma|myeloma|myelo|promyel|monocyt|macrophage|neutrophil"
        r"|eosinophil|basophil|erythro|h[a]?ematopoie|megakaryo|platelet|dendritic|natural killer|mononuclear|mast cell"
        r"|thymus|spleen|splenic|tonsil|peyer|burkitt|\b[bt] ?-?cells?\b|t-helper|plasma ?(cell|blast)"
        r"|thymocyt|\bcd\d+|\bth(0|1|2|17)\b|\btreg|\blcl\b"
        r"|\bk562|\bgm\d{4,}|jurkat|\bhl-?60|\bnb4\b|\braji\b|\bramos\b|\bdnd-?41|\bcll\b|\baml\b|\bcmk\b|pbde|thp-?1"
        r"|kasumi|\bmm\.?1\.?s|oci-?ly|karpas|dohh|su-?dhl|loucy|mv4|molm|molt|u937|cutll|pfeiffer|toledo|skno|kms-?11|rpmi8226|ku812|namalwa",
    ),
    ("heart", r"heart|cardi|\b(left|right) (ventricle|atri)|atrium|atrial|myocard|\bhcm\b|\bhcf(aa)?\b"),
    ("smooth muscle", r"^(?!.*(stomach|colon|rect|duoden|gastr)).*smooth muscle|\bhvmf\b|myometr"),
    (
        "muscle",
        r"^(?!.*(smooth|muscle layer)).*muscle|skeletal|psoas|gastrocnemius|hsmm|\bskmc\b|myoblast|myotub"
        r"|myocyt|myosatellite|satellite cell|rhabdomyo|\brh4\b|lhcn",
    ),
    ("endocrine", r"adrenal|thyroid|pituitary"),
    ("liver", r"liver|hepat|hepg2|\bhuh-?7|\blx2|\bstellate"),
    ("pancreas", r"pancrea|islet|panc-?1|hpde|cfpac|bxpc|8988|\bpanis"),
    (
        "kidney",
        r"kidney|\brenal|hek-?293|\b293t|nephr|podocyt|glomerul|rptec|\bhre\b|hrcepic|hrgec|786-?o|caki|urothel",
    ),
    (
        "brain",
        r"brain|cerebr|cerebell|hippocamp|neur[aoi]|astrocyt|\bglia|glioblast|gliobla\b|glioma|caudate|nigra|gyrus"
        r"|spinal|\bnerve|putamen|amygdal|thalam|\bpons\b|pontine|medull|mening|\b(temporal|frontal|occipital|parietal)"
        r"|cortex|schwann|oligodendro|accumbens|ganglion|germinal|choroid plexus|hcpepic|sk-n-|sh-?sy5y|\bbe2|\bu87"
        r"|pfsk|\bnh[- ]a\b|\bha-?(sp|h)\b|daoy|pallidus|\binsula\b|callosum|dura mater|ammon|d-341|kelly|\bhnpc",
    ),
    (
        "lung",
        r"lung|bronch|alveol|trachea|airway|pulmon|\ba549|imr-?90|nhlf|saec|\bwi-?38|mrc-?5|\bh1299|\bpc-?9|nci-h|calu"
        r"|beas|\bhpf\b|phte",
    ),
    (
        "gut",
        r"colon|colo|intestin|stomach|gastr(ic|oe|oi)|[o]?esophag|duoden|ileum|ileal|jejun|rect(al|um)|hct-?116|lovo"
        r"|caco-?2|\bht-?29|sw480|ls1(74t|80)|dld-?1|sigmoid|crypt|appendi|heepic|hipepic",
    ),
    (
        "breast",
        r"breast|mammary|mcf-?7|mcf[- ]?10a|\bt-?47d|hmec|zr-?75|mda-?(mb-?)?\d|bt-?474|skbr|sum159|hcc1954|\bhmf\b",
    ),
    (
        "skin",
        r"skin|keratinocyt|melanocyt|melanoma|melano\b|epiderm|dermal|nhek|nhdf|\bbj\b|hacat|hair follicle|sebocyt"
        r"|\bhff\b|fibrop\b|progfib|\bag(04|09|10)\d{3}\b",
    ),
    ("bone", r"\bbone|u2os|u-2 os|femur|tendon|dental|tooth|hpdlf"),
    ("placenta", r"placenta|trophobl|chorion|amnio|htr-?8|villus|\bhaepic"),
    (
        "reproductive",
        r"prostat|lncap|vcap|testis|testic|ovar|uter(us|ine)|endometri|cervix|hela|ecc-?1|ishikawa|vagina|\bpenis|du-?145"
        r"|\bpc-?3\b|rwpe|\bprec\b|22rv1|\bc4-2|epididym|seminal|fallopian",
    ),
    (
        "stem cell",
        r"stem cell|\bh1\b|h1-?hesc|\bh[79]\b|h9es|h7-hesc|hesc|\bips|hues|pluripotent|\bes[- ]|nt2|nccit|wibr",
    ),
)
GROUPS = (*dict.fromkeys(name for name, _ in RULES),)
"""Every group but ``other``."""

_RULES = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in RULES)


@cache
def group(tissue: str) -> str:
    """The group of a tissue or cell as a table of tracks names it, ``other`` for none."""
    words = tissue.replace("_", " ")
    return next((name for name, rule in _RULES if rule.search(words)), OTHER)
