"""People whose badges are hard to print, and a way to print them in tests."""

import random
from io import BytesIO

import numpy as np
import pypdfium2

from server.badges.codes import new_badge_code
from server.badges.manual_codes import new_manual_code
from server.badges.printing.layout import Wearer
from server.badges.printing.sheet import Printed, print_sheets

PREFIX = "https://hallway.example/b/"

PEOPLE = (
    ("Ada Lovelace", "she/her", "Analytical Engines Ltd", "Mathematician", "attendee"),
    ("Grace Brewster Murray Hopper", "she/her", "United States Navy", "Rear Admiral", "speaker"),
    ("Đặng Thị Ngọc Thịnh", "", "Đại học Bách khoa Hà Nội", "Kỹ sư phần mềm", "staff"),
    ("Александра Константинопольская", "она", "Московский университет", "Старший сотрудник", "press"),
    ("محمد بن عبد الله الفارسي", "هو", "جامعة القاهرة", "مهندس", "attendee"),
    ("דוד בן-גוריון (David)", "", "אוניברסיטת תל אביב", "", "volunteer"),
    ("山田 太郎", "彼", "株式会社日立製作所", "主任研究員", "exhibitor"),
    ("김민준", "", "서울대학교", "연구원", "student"),
    ("สมชาย ใจดี", "", "จุฬาลงกรณ์มหาวิทยาลัย", "นักวิจัย", "attendee"),
    ("🦄🚀👩🏽‍💻", "", "", "", "attendee"),
    ("Z\u0351\u036ba\u0334\u0319l\u0301\u0316g\u0308o", "", "", "", "sponsor"),
    ("x" * 200, "they/them", "o" * 200, "r" * 200, "Working group chair and much more than fits a ribbon of this"),
    ("Maximilian " * 18, "", "The Very Long Named Organisation " * 6, "Distinguished Engineer " * 8, "attendee"),
    ("\u1260\u1240\u1208", "", "", "", "attendee"),  # Ethiopic: no shipped typeface has it
    ("\u202e\u200f\ufeff", "\u0301", "\u200d", "\ufe0f", ""),
    ("O'Brien & <b>Söhne</b> (\\)", "", "a\\b(c)d", "", "attendee"),
)  # fmt: skip


def wearers(count: int, *, seed: int = 7) -> list[Wearer]:
    lots = random.Random(seed)  # noqa: S311
    return [
        Wearer(
            *PEOPLE[n % len(PEOPLE)],
            new_badge_code(b"ref", lots.randbytes).text,
            new_manual_code(lots.randbytes).text,
        )
        for n in range(count)
    ]


def printed(people: list[Wearer], **looks) -> tuple[bytes, Printed]:
    file = BytesIO()
    looks = {"layout": "a6", "page": "a4", "event_name": "EuroPython 2026 · Kraków", **looks}
    outcome = print_sheets(file, people, url_prefix=PREFIX, **looks)
    return file.getvalue(), outcome


def pages(pdf: bytes, *, dpi: int) -> list[np.ndarray]:
    """Grey pictures of the pages."""
    document = pypdfium2.PdfDocument(pdf)
    return [page.render(scale=dpi / 72, grayscale=True).to_numpy() for page in document]
