import pytest

from customers.addresses import clean_address, clean_links, origin


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("https://shop.example", "https://shop.example/"),
        ("https://shop.example/item?id=12&q=茶", "https://shop.example/item?id=12&q=茶"),
        ("https://shop.example:8443/a", "https://shop.example:8443/a"),
        ("https://user:secret@shop.example/a", "https://shop.example/a"),
        ("http://[::1]:8000/a", "http://[::1]:8000/a"),
        ("https://shop.example/a?token=x&size=m", "https://shop.example/a?size=m"),
        ("https://shop.example/a?email=a%40b.example", "https://shop.example/a"),
        ("https://shop.example/a?who=a%40b.example&p=2", "https://shop.example/a?p=2"),
        ("https://shop.example/a?x=eyJhbGciOiJIUzI1NiJ9.e30.sig", "https://shop.example/a"),
        ("https://shop.example/cb#access_token=abc", "https://shop.example/cb"),
        ("https://shop.example/#/cart", "https://shop.example/#/cart"),
        ("https://shop.example/#/in?token=x&a=1", "https://shop.example/#/in?a=1"),
        ("https://shop.example/#/in?token=x", "https://shop.example/#/in"),
        ("https://shop.example/u/taro%40e.example/x", "https://shop.example/u/…/x"),
        ("https://shop.example/in/eyJhbGciOiJIUzI1NiJ9.e30.sig", "https://shop.example/in/…"),
        ("https://shop.example/@taro/1", "https://shop.example/@taro/1"),
        ("https://shop.example/?utm_source=line", "https://shop.example/?utm_source=line"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("/relative", None),
        ("https://", None),
        ("https://shop.example:99999/", None),
        ("https://[broken/", None),
        ("https://shop.example/a b", None),
        ("https://shop.example/" + "a" * 2048, None),
        ("", None),
    ],
)
def test_an_address_is_kept_without_secrets_or_refused(raw: str, cleaned: str | None) -> None:
    assert clean_address(raw) == cleaned


def test_of_the_parameters_only_those_that_are_listed_stay() -> None:
    raw = "https://shop.example/a?utm_source=x&plan=b&q=c&token=d#/e?plan=f&q=g"
    assert clean_address(raw, ["utm_*", "plan", "token"]) == (
        "https://shop.example/a?utm_source=x&plan=b#/e?plan=f"
    )
    assert clean_address(raw, []) == "https://shop.example/a#/e"


def test_addresses_among_the_properties_are_clean_however_deep() -> None:
    props = {
        "url": "https://shop.example/?q=a",
        "referrer": "https://x.example/?token=SECRET",
        "items": [
            {"item_url": "/cup?id=5&sid=SECRET", "item_image_url": "javascript:alert(1)"},
            {"item_url": "https://[broken", "more": {"link": "https://me:SECRET@x.example/?a=1"}},
        ],
        "links": ["https://x.example/?otp=SECRET", "HTTPS://x.example/?otp=SECRET"],
        "note": "see https://x.example for more",
        "count": 5,
    }
    assert clean_links(props, "https://shop.example/list/", ["utm_*"]) == {
        "url": "https://shop.example/",
        "referrer": "https://x.example/",
        "items": [
            {"item_url": "https://shop.example/cup?id=5", "item_image_url": ""},
            {"item_url": "", "more": {"link": "https://x.example/?a=1"}},
        ],
        "links": ["https://x.example/", "https://x.example/"],
        "note": "see https://x.example for more",
        "count": 5,
    }
    assert clean_links({"item_url": "/cup"}) == {"item_url": ""}, "of no page"


def test_origins_are_scheme_and_host_with_port() -> None:
    assert origin("https://a.example/x") == origin("https://a.example/y?z=1")
    assert origin("https://a.example/") != origin("http://a.example/")
    assert origin("https://a.example/") != origin("https://a.example:8443/")
