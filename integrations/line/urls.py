"""Addresses that LINE calls. They are written into LINE's console and into messages: they stay."""

from django.urls import path

from integrations.line.files import line_file, line_icon
from integrations.line.probe import answer_probe
from integrations.line.webhook import receive_webhook

urlpatterns = [
    path("probe", answer_probe, name="line_probe"),
    path("files/<slug:signature>/<uuid:id>/<str:name>", line_file, name="line_file"),
    path("icons/<slug:name>.png", line_icon, name="line_icon"),
    path("<slug:public_id>/webhook", receive_webhook, name="line_webhook"),
]
