"""A secret is shown on the answer itself, once: not in a message, which would be a cookie."""

from django.contrib import admin
from django.http import HttpRequest
from django.template.response import TemplateResponse


def secret_page(
    request: HttpRequest, *, title: str, advice: str, secret: str, back: str
) -> TemplateResponse:
    """`back` is the name of the admin's URL to go on to."""
    context = {
        **admin.site.each_context(request),
        "title": title,
        "advice": advice,
        "secret": secret,
        "back": back,
    }
    response = TemplateResponse(request, "admin/talk/secret.html", context)
    response["Cache-Control"] = "no-store"
    return response
