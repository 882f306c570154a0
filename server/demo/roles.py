"""What the demo's people do, by kind of organisation, and how each would put it in a line."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Role:
    """`fields` are keys of FIELDS, the closest first; `share` is relative within one kind of organisation.

    `training` is what the work cannot be done without, empty where many ways lead to it;
    `senior` marks who may offer career advice and speak; `starting` who asks for it.
    """

    title: str
    share: int
    fields: tuple[str, ...]
    skills: tuple[str, ...]
    lines: tuple[str, ...]
    training: str = ""
    senior: bool = False
    starting: bool = False


ROLES: Final[dict[str, tuple[Role, ...]]] = {
    "hospital": (
        Role(
            "Infection control nurse",
            26,
            ("hands", "teaching", "surfaces", "resistance"),
            (
                "audit and feedback",
                "isolation precautions",
                "training",
                "outbreak response",
                "protocol writing",
            ),
            (
                "Walks the wards with a checklist and a smile",
                "Twelve wards, one hand rub budget",
                "Fewer posters, more conversations at the bedside",
                "From intensive care to infection control",
            ),
            training="nurse",
        ),
        Role(
            "Head of infection control",
            12,
            ("surveillance", "resistance", "teaching", "hands"),
            (
                "outbreak response",
                "epidemiology",
                "team leadership",
                "root cause analysis",
                "public speaking",
            ),
            (
                "Physician, outbreak calmer, committee survivor",
                "Building an infection control team that people call early",
                "Two decades of saying: first, wash your hands",
            ),
            senior=True,
            training="physician",
        ),
        Role(
            "Infectious diseases physician",
            7,
            ("resistance", "surveillance", "laboratory"),
            ("antibiotic stewardship", "clinical research", "outbreak response", "teaching"),
            (
                "Stewardship by persuasion, not by form",
                "Resistant bacteria in the morning, residents in the afternoon",
            ),
            senior=True,
            training="physician",
        ),
        Role(
            "Hospital pharmacist",
            8,
            ("instruments", "market", "resistance", "sustainability"),
            ("sterilisation", "procurement", "quality management", "antiseptics", "risk analysis"),
            ("Responsible for what must be sterile, and for proving it", "Buys by evidence, not by brochure"),
            training="pharmacist",
        ),
        Role(
            "Clinical microbiologist",
            7,
            ("laboratory", "resistance", "water and air"),
            ("MALDI-TOF", "PCR", "antibiotic susceptibility testing", "environmental microbiology", "R"),
            ("Reads plates, writes reports nobody can misread", "Between the bench and the ward phone"),
            senior=True,
            training="physician",
        ),
        Role(
            "Sterile services manager",
            8,
            ("instruments", "sustainability"),
            ("sterilisation", "instrument traceability", "ISO 13485", "team leadership", "lean methods"),
            (
                "4,000 trays a month, every one accounted for",
                "Running a sterile services unit that theatre trusts",
            ),
        ),
        Role(
            "Theatre nurse manager",
            7,
            ("hands", "surveillance", "sustainability"),
            ("operating theatre management", "checklists", "team leadership", "patient safety"),
            ("Nine theatres, two sinks too few", "Keeping doors closed during surgery, literally"),
            training="nurse",
        ),
        Role(
            "Endoscopy nurse",
            6,
            ("instruments", "water and air"),
            ("endoscope reprocessing", "training", "instrument traceability", "water sampling"),
            ("Channel by channel, brush by brush", "Nobody leaves my unit with a wet endoscope"),
            training="nurse",
        ),
        Role(
            "Biomedical engineer",
            5,
            ("water and air", "sustainability", "instruments"),
            ("equipment maintenance", "ventilation", "procurement", "technical drawings", "risk analysis"),
            ("Ventilation, water, and everything with a plug", "Translates between surgeons and plumbers"),
            training="engineer",
        ),
        Role(
            "Quality and risk manager",
            6,
            ("surveillance", "teaching", "data"),
            ("root cause analysis", "accreditation", "indicators", "patient safety", "facilitation"),
            ("Indicators that wards actually look at", "Learning from what almost went wrong"),
        ),
        Role(
            "Environmental services manager",
            5,
            ("surfaces", "sustainability"),
            ("cleaning methods", "team leadership", "training", "ergonomics", "waste management"),
            ("A hundred colleagues, 900 beds, every day", "Clean rooms, healthy shoulders"),
        ),
        Role(
            "Hospital epidemiologist",
            5,
            ("surveillance", "data", "resistance"),
            ("epidemiology", "R", "surveillance systems", "statistics", "scientific writing"),
            ("Counts infections so that there are fewer to count", "Denominators matter"),
            senior=True,
        ),
        Role(
            "Resident in public health",
            5,
            ("surveillance", "data", "hands"),
            ("epidemiology", "R", "scientific writing", "literature reviews"),
            ("Last year of residency, curious about everything", "Looking for the question behind the data"),
            starting=True,
            training="physician",
        ),
    ),
    "university": (
        Role(
            "Professor of hospital hygiene",
            4,
            ("surveillance", "resistance", "teaching"),
            ("clinical research", "grant writing", "teaching", "public speaking", "peer review"),
            (
                "Teaches the next generation to doubt politely",
                "Research on what happens between two patients",
            ),
            senior=True,
            training="physician",
        ),
        Role(
            "Lecturer in nursing science",
            4,
            ("teaching", "hands", "long-term care"),
            ("teaching", "simulation training", "qualitative research", "curriculum design"),
            ("Simulation first, slides later", "Why do good nurses skip hand rub? I ask them"),
            senior=True,
            training="nurse",
        ),
        Role(
            "Postdoctoral researcher",
            5,
            ("laboratory", "data", "water and air"),
            ("sequencing", "bioinformatics", "Python", "scientific writing", "biofilm models"),
            ("Follows plasmids from sink to patient", "Contact networks and what travels along them"),
            starting=True,
            training="scientist",
        ),
        Role(
            "PhD student in microbiology",
            6,
            ("laboratory", "water and air", "resistance"),
            ("PCR", "sequencing", "R", "biofilm models", "scientific writing"),
            ("Third year, still fond of biofilms", "Sinks are my ecosystem"),
            starting=True,
            training="scientist",
        ),
        Role(
            "Master's student in public health",
            4,
            ("hands", "surveillance", "long-term care"),
            ("epidemiology", "survey design", "R", "literature reviews"),
            ("Finishing in the summer, open to a first job", "First congress, many questions"),
            starting=True,
        ),
    ),
    "devices": (
        Role(
            "Product manager",
            5,
            ("instruments", "market", "surfaces"),
            ("product management", "user research", "clinical evaluation", "pricing"),
            ("Builds what nurses asked for, not what fits the slide", "Listens for a living, then ships"),
        ),
        Role(
            "Clinical application specialist",
            6,
            ("instruments", "teaching", "surfaces"),
            ("training", "clinical support", "endoscope reprocessing", "presentations"),
            ("Former theatre nurse, now on the road", "I train 60 hospitals a year and learn from each"),
        ),
        Role(
            "Regulatory affairs manager",
            4,
            ("market", "instruments", "sustainability"),
            ("medical device regulation", "ISO 13485", "technical files", "clinical evaluation"),
            ("Makes regulation readable", "Technical files that survive an audit"),
            senior=True,
        ),
        Role(
            "R&D engineer",
            5,
            ("instruments", "sustainability", "surfaces"),
            ("embedded systems", "sensor design", "life cycle assessment", "Python", "prototyping"),
            ("Sensors that survive a washer-disinfector", "Designing devices that can be taken apart again"),
            training="engineer",
        ),
        Role(
            "Regional sales manager",
            5,
            ("market", "instruments"),
            ("key accounts", "tenders", "negotiation", "team leadership"),
            ("Knows every hospital car park in the south", "Long relationships, short presentations"),
        ),
        Role(
            "Medical affairs director",
            2,
            ("market", "resistance", "surveillance"),
            ("clinical research", "scientific writing", "public speaking", "medical device regulation"),
            ("Physician who changed sides and kept the questions", "Evidence before launch"),
            senior=True,
            training="physician",
        ),
    ),
    "agency": (
        Role(
            "Epidemiologist",
            6,
            ("surveillance", "data", "resistance"),
            ("epidemiology", "R", "surveillance systems", "outbreak investigation", "scientific writing"),
            ("Regional surveillance, national patience", "If your outbreak has a curve, I want to see it"),
            senior=True,
        ),
        Role(
            "Infection control adviser",
            6,
            ("long-term care", "resistance", "teaching"),
            ("outbreak response", "site visits", "training", "guideline writing"),
            ("On call for 140 hospitals and care homes", "Guidelines that fit on one page"),
            senior=True,
        ),
        Role(
            "Public health officer",
            4,
            ("long-term care", "surveillance", "teaching"),
            ("project management", "guideline writing", "stakeholder meetings", "budgeting"),
            ("Programmes for the prevention of infections in care", "Turning plans into budgets"),
        ),
        Role(
            "Health inspector",
            3,
            ("water and air", "long-term care", "instruments"),
            ("inspections", "water safety", "risk analysis", "report writing"),
            ("Inspects, but mostly explains", "Checks the water so that others can drink it"),
        ),
    ),
    "products": (
        Role(
            "Product manager",
            4,
            ("hands", "surfaces", "market"),
            ("product management", "pricing", "user research", "clinical evaluation"),
            ("Hand rub that people do not mind using", "Disinfection with less in the bottle"),
        ),
        Role(
            "Formulation chemist",
            3,
            ("surfaces", "laboratory", "hands"),
            ("formulation", "EN 14885 standards", "toxicology", "stability testing"),
            ("Kind to skin, unkind to viruses", "Looking for actives that rivers can live with"),
            training="scientist",
        ),
        Role(
            "Key account manager",
            5,
            ("market", "hands", "surfaces"),
            ("key accounts", "tenders", "negotiation", "training"),
            ("Hospitals between Marseille and Menton", "Answers the tender, then the phone"),
        ),
        Role(
            "Sustainability lead",
            2,
            ("sustainability", "market"),
            ("life cycle assessment", "ecolabels", "waste management", "project management"),
            ("Counting the carbon of clean", "Less plastic per disinfected square metre"),
            senior=True,
        ),
    ),
    "software": (
        Role(
            "Product manager, surveillance",
            3,
            ("data", "surveillance"),
            ("product management", "user research", "data exchange with FHIR", "roadmaps"),
            ("Infection surveillance without double typing", "Three clicks is two too many"),
        ),
        Role(
            "Data scientist",
            4,
            ("data", "surveillance"),
            ("Python", "machine learning", "statistics", "data visualisation"),
            ("Finds the signal, then asks a nurse", "Models small enough to explain"),
            training="engineer",
        ),
        Role(
            "Software engineer",
            4,
            ("data",),
            ("Python", "PostgreSQL", "data exchange with FHIR", "data protection"),
            ("Connects systems that were never introduced", "Interfaces for hospitals, calmly"),
            training="engineer",
        ),
        Role(
            "Chief executive",
            2,
            ("data", "market"),
            ("fundraising", "team leadership", "negotiation", "product management"),
            (
                "Left the hospital to build the tool I missed there",
                "Fifteen people, eleven hospitals, one idea",
            ),
            senior=True,
        ),
    ),
    "laboratory": (
        Role(
            "Clinical microbiologist",
            4,
            ("laboratory", "resistance"),
            ("MALDI-TOF", "PCR", "antibiotic susceptibility testing", "ISO 15189"),
            ("Same-day answers for four hospitals", "Small colonies, large consequences"),
            senior=True,
            training="physician",
        ),
        Role(
            "Laboratory manager",
            3,
            ("laboratory", "water and air"),
            ("ISO 15189", "team leadership", "quality management", "budgeting"),
            ("Runs a laboratory that never really closes", "Accredited, and still friendly"),
        ),
        Role(
            "Environmental sampling technician",
            3,
            ("water and air", "laboratory"),
            ("water sampling", "air sampling", "report writing", "field work"),
            ("Has met every tap in the region", "Swabs, plates and a van"),
            training="technician",
        ),
    ),
    "services": (
        Role(
            "Hygiene consultant",
            4,
            ("surfaces", "long-term care", "teaching"),
            ("audit and feedback", "training", "protocol writing", "facilitation"),
            ("Twenty years in hospitals, five on my own", "Visits, listens, leaves two pages"),
            senior=True,
        ),
        Role(
            "Water safety engineer",
            2,
            ("water and air",),
            ("water safety", "risk analysis", "technical drawings", "water sampling"),
            ("Hot enough, and moving", "Legionella keeps me busy"),
            training="engineer",
        ),
        Role(
            "Trainer",
            3,
            ("teaching", "hands", "long-term care"),
            ("training", "curriculum design", "serious games", "facilitation"),
            ("Teaches hygiene with cards, dice and glitter", "Adults learn by doing it wrong first"),
        ),
        Role(
            "Operations manager",
            2,
            ("surfaces", "sustainability"),
            ("cleaning methods", "team leadership", "tenders", "ergonomics"),
            ("Six sites, 240 colleagues, one method", "Microfibre and good shoes"),
        ),
    ),
    "care": (
        Role(
            "Care home director",
            3,
            ("long-term care", "market"),
            ("team leadership", "budgeting", "crisis management", "family relations"),
            ("92 residents, one open door", "Home first, institution second"),
            senior=True,
        ),
        Role(
            "Coordinating physician",
            2,
            ("long-term care", "resistance", "teaching"),
            ("geriatrics", "vaccination", "antibiotic stewardship", "training"),
            ("Geriatrician with a vaccination calendar", "Fewer antibiotics for better years"),
            senior=True,
            training="physician",
        ),
        Role(
            "Community infection control nurse",
            4,
            ("long-term care", "teaching", "hands"),
            ("training", "outbreak response", "isolation precautions", "protocol writing"),
            ("Eleven care homes, one car", "Hygiene in places that are people's homes"),
            training="nurse",
        ),
    ),
    "congress": (
        Role(
            "Programme coordinator",
            2,
            ("events", "teaching"),
            ("event planning", "speaker relations", "scheduling", "languages"),
            ("If your slides are missing, find me", "Two days, eleven rooms, no gaps"),
            training="events",
        ),
        Role(
            "Registration lead",
            2,
            ("events", "sustainability"),
            ("event planning", "visitor services", "languages", "spreadsheets"),
            ("First face at the door", "Knows where your badge is"),
            training="events",
        ),
        Role(
            "Exhibition manager",
            1,
            ("events", "market"),
            ("event planning", "exhibitor relations", "logistics", "budgeting"),
            ("Forty stands and every power socket", "Makes the hall feel smaller"),
            training="events",
        ),
    ),
}
