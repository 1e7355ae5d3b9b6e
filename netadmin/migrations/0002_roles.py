"""The groups that stand for roles, with the permissions each has."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

from netadmin.actions.accounts import ROLES


def create_roles(apps, schema_editor):
    """Permissions are made after all migrations; the roles need them now."""
    create_permissions(installed.get_app_config("netadmin"), verbosity=0, using=schema_editor.connection.alias)
    permission, group = apps.get_model("auth", "Permission"), apps.get_model("auth", "Group")
    for name, codenames in ROLES.items():
        role, _ = group.objects.get_or_create(name=name)
        role.permissions.set(permission.objects.filter(content_type__app_label="netadmin", codename__in=codenames))


class Migration(migrations.Migration):
    dependencies = [
        ("netadmin", "0001_stored"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [migrations.RunPython(create_roles, migrations.RunPython.noop)]
