"""How a number is written with what it counts."""


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its thing: "1 day", "1,204 days"; `many` where the plural is more than an s, or a verb follows."""
    return f"{number:,} {one}" if number == 1 else f"{number:,} {many or f'{one}s'}"
