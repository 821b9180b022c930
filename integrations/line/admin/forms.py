"""What administrators paste and choose for a channel. Secrets are asked for and never shown."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from integrations.line.models import LineChannel, LineSetup
from talk.admin.inboxes import teams_field
from talk.models import Inbox

HIDDEN = {"autocomplete": "off", "spellcheck": "false", "size": "40"}


class TrimmedSecret(forms.CharField):
    """What is pasted brings spaces and line ends along."""

    def __init__(self, **options: Any) -> None:
        widget = forms.PasswordInput(attrs={**HIDDEN, "autocomplete": "new-password"})
        super().__init__(widget=widget, max_length=200, **options)

    def to_python(self, value: Any) -> str:
        return "".join(str(value or "").split())


class ConnectForm(forms.Form):
    channel_id = forms.CharField(
        label=_("channel ID"),
        max_length=20,
        widget=forms.TextInput(attrs={**HIDDEN, "inputmode": "numeric", "autofocus": True}),
        help_text=_("LINE Developers Console → your channel → Basic settings → Channel ID"),
    )
    secret = TrimmedSecret(
        label=_("channel secret"),
        help_text=_("On the same page, further down. It is kept sealed and never shown again."),
    )
    name = forms.CharField(
        label=_("name of the inbox"),
        max_length=100,
        required=False,
        help_text=_("Left empty, it is called as the account is in LINE"),
    )
    teams = teams_field()
    is_anyway = forms.BooleanField(
        label=_("connect although LINE does not reach this server yet"),
        label_suffix="",
        required=False,
    )


class SecretForm(forms.Form):
    secret = TrimmedSecret(
        label=_("new channel secret"),
        help_text=_("Issue it in the LINE Developers Console → Basic settings, then paste it here"),
    )


class LoginForm(forms.Form):
    login_channel_id = forms.CharField(
        label=_("channel ID of LINE Login"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={**HIDDEN, "inputmode": "numeric"}),
        help_text=_("Of the same provider: only there a person has the same ID. Empty: none"),
    )
    login_secret = TrimmedSecret(
        label=_("channel secret of LINE Login"),
        required=False,
        help_text=_("Left empty, the one that is known stays"),
    )


NO_PICTURES = _(
    "Customers see who has written, as “name from account”. Pictures need a PUBLIC_URL that begins"
    " with https://"
)
LOOPBACK = ("localhost", "127.0.0.1")


class ChannelForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    offered_on = forms.ModelMultipleChoiceField(
        Inbox.objects.filter(kind=Inbox.Kind.WEB),
        label=_("websites that offer to continue in LINE"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Their widget shows “Continue in LINE”"),
    )
    site_inbox = forms.ModelChoiceField(
        Inbox.objects.filter(kind=Inbox.Kind.WEB),
        label=_("website whose members link their account"),
        required=False,
        help_text=_("Its signing keys say who a member is"),
    )
    site_login_url = forms.URLField(
        label=_("log-in page of that website"),
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"class": "vURLField"}),
        max_length=500,
        help_text=_("It logs the member in and sends them back with their signed identity"),
    )

    class Meta:
        model = LineChannel
        fields = ("group_policy", "leaves_groups", "read_policy", "sender_name")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not settings.PUBLIC_URL.startswith("https://"):
            self.fields["sender_name"].help_text = NO_PICTURES
        setup = LineSetup.objects.filter(channel=self.instance).first()
        if setup is not None:
            self.fields["offered_on"].initial = setup.offered_on.all()
            self.fields["site_inbox"].initial = setup.site_inbox_id
            self.fields["site_login_url"].initial = setup.site_login_url

    def clean_site_login_url(self) -> str:
        """Members are sent there to say who they are."""
        address = str(self.cleaned_data["site_login_url"])
        parts = urlsplit(address)
        if address and parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise ValidationError(_("The page must begin with https://"))
        return address

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if bool(given.get("site_inbox")) != bool(given.get("site_login_url")):
            told = _("Linking accounts needs both: the website and its log-in page")
            self.add_error("site_login_url", told)
        return given
