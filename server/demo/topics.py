"""What people at a congress on hospital hygiene ask about and offer, in the words they would use.

Topics are short noun phrases that can follow "about"; each has one spelling, so that asks can meet offers.
"""

from dataclasses import dataclass
from typing import Final

FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "hands": (
        "hand hygiene audits",
        "alcohol hand rub consumption",
        "hand hygiene among surgeons",
        "electronic hand hygiene monitoring",
        "glove misuse",
    ),
    "surfaces": (
        "UV-C room disinfection",
        "hydrogen peroxide fogging",
        "cleaning of patient rooms",
        "cleaning without disinfectants",
        "fluorescent marker checks",
    ),
    "water and air": (
        "Legionella in hot water networks",
        "Pseudomonas in sinks and siphons",
        "air quality in operating theatres",
        "dust from hospital building works",
        "dialysis water",
    ),
    "instruments": (
        "endoscope reprocessing",
        "drying cabinets for endoscopes",
        "ultrasound probe disinfection",
        "instrument traceability",
        "low-temperature sterilisation",
    ),
    "resistance": (
        "carbapenemase screening",
        "antibiotic stewardship rounds",
        "contact precautions that last",
        "VRE outbreaks",
        "preparing for Candida auris",
    ),
    "surveillance": (
        "surgical site infection surveillance",
        "catheter infection bundles",
        "prevalence surveys",
        "automated infection surveillance",
        "norovirus outbreaks",
    ),
    "laboratory": (
        "sequencing in outbreaks",
        "rapid PCR on the ward",
        "environmental sampling",
        "disinfectant testing to EN 14885",
        "biofilm models",
    ),
    "data": (
        "infection dashboards",
        "data exchange with FHIR",
        "machine learning on line lists",
        "contact tracing with badges",
        "data protection in surveillance",
    ),
    "teaching": (
        "training link nurses",
        "serious games for hygiene teaching",
        "behaviour change on the ward",
        "involving patients in hygiene",
        "vaccination of staff",
    ),
    "market": (
        "tenders for hygiene products",
        "the cost of hospital infections",
        "medical device regulation",
        "market access in France",
        "clinical evaluation of disinfectants",
    ),
    "sustainability": (
        "greener operating theatres",
        "battery recycling for medical devices",
        "waste sorting in theatres",
        "reusable gowns",
        "single use against reuse",
    ),
    "long-term care": (
        "infection control in nursing homes",
        "hygiene in home care",
        "scabies in care homes",
        "influenza in nursing homes",
    ),
    "events": (
        "poster sessions that people visit",
        "badges without plastic",
        "finding speakers",
        "sessions on site and online at once",
    ),
}


@dataclass(frozen=True, slots=True)
class CareerTopic:
    """What one asks to move on, and somebody further along can offer; kinds as in INDUSTRIES."""

    topic: str
    offered_by: frozenset[str]
    asked_by: frozenset[str]
    for_starters: bool = False


_CARE = frozenset({"hospital", "care", "laboratory"})
_INDUSTRY = frozenset({"devices", "products", "software", "services"})
_PUBLIC = frozenset({"agency", "university"})
_ALL = _CARE | _INDUSTRY | _PUBLIC

CAREER: Final = (
    CareerTopic("moving from hospital to industry", _INDUSTRY, _CARE),
    CareerTopic("moving from industry to public health", frozenset({"agency"}), _INDUSTRY),
    CareerTopic("working in a public health agency", frozenset({"agency"}), _CARE | {"university"}),
    CareerTopic("leading a small team", _ALL, _ALL),
    CareerTopic("freelance training work", frozenset({"services"}), _CARE | {"university"}),
    CareerTopic("working abroad in infection control", _ALL, _CARE | _PUBLIC),
    CareerTopic("speaking at congresses", _ALL, _ALL, for_starters=True),
    CareerTopic("a first job in infection control", _CARE | {"agency"}, _ALL, for_starters=True),
    CareerTopic(
        "writing a first research grant", frozenset({"university", "hospital"}), _ALL, for_starters=True
    ),
    CareerTopic(
        "a PhD beside clinical work",
        frozenset({"university", "hospital"}),
        _CARE | _PUBLIC,
        for_starters=True,
    ),
)
