"""What benchmarks fill their databases with goes along with the models."""

import pytest

from bench.context_side import fill
from customers.models import Activity, Context, Customer
from talk.models import Conversation, Message


@pytest.mark.django_db
def test_the_ground_of_openings_is_filled() -> None:
    fill(20)
    assert Customer.objects.count() == Context.objects.count()
    made = (Activity, Conversation, Message)
    assert all(model.objects.count() > 20 for model in made)
