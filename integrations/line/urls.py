"""Addresses that LINE calls. They are written into LINE's console: they stay."""

from django.urls import path

from integrations.line.webhook import receive_webhook

urlpatterns = [
    path("<slug:public_id>/webhook", receive_webhook, name="line_webhook"),
]
