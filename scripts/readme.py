"""Write the table of operations into README.md, from the operations' own signatures."""

from pathlib import Path

from visionlab.listing import as_markdown

README = Path(__file__).resolve().parents[1] / "README.md"
BEGIN = "<!-- operations: made by `python scripts/readme.py` -->"
END = "<!-- end of operations -->"


def with_table(text: str) -> str:
    """Return `text` with the present table between its two marks."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n\n{as_markdown()}\n\n{END}{after}"


if __name__ == "__main__":
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")
