"""Addresses that LINE calls. They are written into LINE's console: they stay."""

from django.urls import path

from integrations.line.probe import answer_probe
from integrations.line.webhook import receive_webhook

urlpatterns = [
    path("probe", answer_probe, name="line_probe"),
    path("<slug:public_id>/webhook", receive_webhook, name="line_webhook"),
]
