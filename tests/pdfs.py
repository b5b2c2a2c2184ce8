"""PDFs as programs export slides, written by hand: small, real, and locked where wanted."""

_LOCKED = (
    "/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<" + "41" * 32 + ">/U<" + "42" * 32 + ">>>"
    "/ID[<" + "43" * 16 + "><" + "43" * 16 + ">]"
)
"""A key that no empty password opens."""


def make_pdf(*pages: str, locked: bool = False) -> bytes:
    """Write a PDF with these words, a page each; readers put up with its missing index."""
    kids = " ".join(f"{3 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        (
            f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}/MediaBox[0 0 960 540]"
            "/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>"
        ),
    ]
    for number, words in enumerate(pages):
        lines = [
            f"1 0 0 1 80 {450 - 70 * row} Tm ({line}) Tj"
            for row, line in enumerate(words.split("\n"))
        ]
        content = f"BT /F1 36 Tf {' '.join(lines)} ET"
        objects += [
            f"<</Type/Page/Parent 2 0 R/Contents {4 + 2 * number} 0 R>>",
            f"<</Length {len(content)}>>stream\n{content}\nendstream",
        ]
    body = "".join(f"{n} 0 obj\n{text}\nendobj\n" for n, text in enumerate(objects, 1))
    trailer = f"/Root 1 0 R/Size {len(objects) + 1}" + (_LOCKED if locked else "")
    return f"%PDF-1.4\n{body}trailer<<{trailer}>>\n%%EOF\n".encode()
