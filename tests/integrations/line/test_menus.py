"""Rich menus by themselves: layouts, what LINE takes as a picture, what it is told."""

from dataclasses import replace
from io import BytesIO
from uuid import UUID

import pytest
from PIL import Image

from integrations.line import menus, taps
from integrations.line.menus import Area, BadPicture, Bounds, Doing, Fault, Picture

AREA = UUID("0198a1b2c3d47e5f8a9b0c1d2e3f4a5b")


def png(width: int, height: int, kind: str = "PNG") -> bytes:
    file = BytesIO()
    Image.new("RGB", (width, height), "#06c755").save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize("layout", menus.LAYOUTS)
@pytest.mark.parametrize("size", [(2500, 1686), (2500, 843), (801, 251)])
def test_the_places_of_a_layout_cover_the_picture_once(layout: str, size: tuple[int, int]) -> None:
    width, height = size
    places = menus.cells(layout, width, height)
    assert sum(place.width * place.height for place in places) == width * height
    assert all(menus.is_inside(place, width, height) for place in places)
    corners = {(place.x, place.y) for place in places}
    assert len(corners) == len(places)


def test_a_picture_that_line_takes_is_told_with_its_size() -> None:
    assert menus.examine_picture(png(2500, 1686)) == Picture("image/png", 2500, 1686)
    assert menus.examine_picture(png(800, 250, "JPEG")) == Picture("image/jpeg", 800, 250)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", Fault.NO_PICTURE),
        (b"<svg/>", Fault.NO_PICTURE),
        (png(1200, 400, "GIF"), Fault.NO_PICTURE),
        (png(1200, 400)[:-40], Fault.NO_PICTURE),
        (png(799, 400), Fault.TOO_NARROW),
        (png(2501, 1000), Fault.TOO_WIDE),
        (png(800, 249), Fault.TOO_LOW),
        (png(1000, 700), Fault.TOO_TALL),
        (png(1200, 400) + b"\0" * 1024 * 1024, Fault.TOO_LARGE),
    ],
    ids=lambda value: str(value) if isinstance(value, Fault) else "",
)
def test_a_picture_that_line_refuses_is_refused_here_with_the_rule(
    content: bytes, fault: Fault
) -> None:
    with pytest.raises(BadPicture) as refused:
        menus.examine_picture(content)
    assert refused.value.fault is fault


@pytest.mark.parametrize(
    ("bounds", "is_inside"),
    [
        (Bounds(0, 0, 800, 250), True),
        (Bounds(1, 0, 800, 250), False),
        (Bounds(0, 1, 800, 250), False),
        (Bounds(-1, 0, 10, 10), False),
        (Bounds(0, 0, 0, 10), False),
    ],
)
def test_a_place_lies_within_the_picture(bounds: Bounds, is_inside: bool) -> None:
    assert menus.is_inside(bounds, 800, 250) is is_inside


def test_a_menu_is_told_as_the_reference_has_it() -> None:
    doings = [
        Area(AREA, Bounds(0, 0, 400, 250), Doing.ANSWER, "満足", "満足しています"),
        Area(AREA, Bounds(400, 0, 400, 250), Doing.URI, "お店", "https://shop.example/"),
    ]
    told = menus.menu_object(
        Picture("image/png", 800, 250), name="冬", bar_text="メニュー", is_open=True, areas=doings
    )
    assert told == {
        "size": {"width": 800, "height": 250},
        "selected": True,
        "name": "冬",
        "chatBarText": "メニュー",
        "areas": [
            {
                "bounds": {"x": 0, "y": 0, "width": 400, "height": 250},
                "action": {
                    "type": "postback",
                    "label": "満足",
                    "data": f"sobani:area:{doings[0].tap.hex}",
                    "displayText": "満足しています",
                },
            },
            {
                "bounds": {"x": 400, "y": 0, "width": 400, "height": 250},
                "action": {"type": "uri", "label": "お店", "uri": "https://shop.example/"},
            },
        ],
    }


@pytest.mark.parametrize(
    ("doing", "told"),
    [
        (Doing.MESSAGE, {"type": "message", "label": "a", "text": "v"}),
        (Doing.LINK, {"type": "postback", "label": "a", "data": "sobani:link"}),
        (Doing.DATE, {"type": "datetimepicker", "label": "a", "data": "TAP", "mode": "date"}),
    ],
)
def test_each_doing_is_an_action_of_line(doing: Doing, told: dict[str, str]) -> None:
    area = Area(AREA, Bounds(0, 0, 1, 1), doing, "a", "v", "q")
    action = menus.action(area)
    if action.get("data") == taps.of_area(area.tap):
        action["data"] = "TAP"
    assert action == told


def test_a_tap_is_another_one_as_soon_as_it_means_something_else() -> None:
    place = Area(AREA, Bounds(0, 0, 1, 1), Doing.ANSWER, "はい", "満足", "いかがですか？")
    moved = replace(place, bounds=Bounds(5, 5, 1, 1))
    assert moved.tap == place.tap
    changes = [{"doing": Doing.DATE}, {"label": "いいえ"}, {"value": "不満"}, {"question": "？"}]
    others = [replace(place, **change) for change in changes]  # type: ignore[arg-type]  # by name
    assert len({place.tap, *(other.tap for other in others)}) == 5
    opens = replace(place, doing=Doing.URI)
    assert menus.meanings([place, opens]) == {place.tap.hex: ["いかがですか？", "はい", "満足"]}


@pytest.mark.parametrize("text", ["mailto:a@shop.example", "javascript:alert(1)", "https://", "x"])
def test_what_line_does_not_open_is_no_address(text: str) -> None:
    assert not menus.is_address(text)


def test_what_a_tap_says_is_read_back_and_nothing_else_is_ours() -> None:
    message = UUID("0198a1b2c3d47e5f8a9b0c1d2e3f4a5c")
    assert taps.read(taps.of_area(AREA)) == taps.OfArea(AREA)
    assert taps.read(taps.of_reply(message, 12)) == taps.OfReply(message, 12)
    foreign = ["", "richmenu-changed-to-b", f"sobani:area:{AREA}", taps.of_area(AREA) + "0"]
    assert [taps.read(data) for data in foreign] == [None] * 4


@pytest.mark.parametrize(
    ("text", "count"),
    [("メニュー", 4), ("👨‍👩‍👧", 1), ("がぎ", 2), ("👍🏽", 1), ("❤️", 1), ("", 0)],
)
def test_characters_are_counted_as_somebody_sees_them(text: str, count: int) -> None:
    assert menus.graphemes(text) == count


@pytest.mark.parametrize(
    ("text", "is_fine"),
    [
        ("https://shop.example/a", True),
        ("tel:0312345678", True),
        ("line://app/1-a", True),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("https://店.example/", False),
        ("shop.example", False),
    ],
)
def test_only_addresses_that_line_opens_are_taken(text: str, is_fine: bool) -> None:
    assert menus.is_address(text) is is_fine
