"""Takes out of answers what may differ from run to run: times, ids, versions, generated names and addresses.

Values that recur are numbered by their first appearance, so that equal values stay equal and different ones different.
"""
import re

from differential.client import VERSIONS

TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
MICRO_TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}Z$")
UID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
CLUSTER_IP = re.compile(r"\b10\.96\.\d{1,3}\.\d{1,3}\b")
NUMBERS = re.compile(r"(resource version: |current: |\()\d+\b")
# The object that a refused patch would have made, whose members each server writes in an order of its own.
OBJECT = re.compile(r'Invalid value: "\{.*\}": ', re.DOTALL)
# 1.20 calls the kind by the group it came from.
RENAMED = [("Ingress.extensions", "Ingress.networking.k8s.io")]
# What a generated name ends with.
SUFFIX = "[bcdfghjklmnpqrstvwxz2456789]{5}"
NODE_PORT = re.compile(r"(\d:)(3[0-2]\d{3})\b")
AGE = re.compile(r"^(\d+(s|m|h|d|ms))+$|^<unknown>$")


class Normaliser:
    """One per run: the numbers go through all of its answers."""

    def __init__(self, variables):
        self.replaced = [(variables["ns"], "NS"), (variables["id"], "ID")]
        self.replaced += [(variables[name], f"{wanted[0].split('/')[0]}/SERVED") for name, wanted in VERSIONS.items()]
        self.numbers = {}
        self.prefixes = set()

    def number(self, kind, value):
        known = self.numbers.setdefault(kind, {})
        return f"{kind}-{known.setdefault(value, len(known) + 1)}"

    def answer(self, answer, prefixes=()):
        """The answer without what may differ; `prefixes` are of names that it may have generated."""
        self.prefixes |= set(prefixes)
        result = dict(answer)
        if "body" in answer:
            self.find_generated(answer["body"])
            result["body"] = self.value(answer["body"], ())
        if "events" in answer:
            for event in answer["events"]:
                self.find_generated(event)
            result["events"] = [self.value(event, ()) for event in answer["events"]]
        result["headers"] = {name: self.value(value, ()) for name, value in answer["headers"].items()}
        return result

    def find_generated(self, value):
        """Names that were generated are replaced wherever they stand, in this answer and in later ones."""
        if isinstance(value, dict):
            metadata = value.get("metadata")
            if isinstance(metadata, dict) and metadata.get("generateName") and metadata.get("name"):
                prefix, name = metadata["generateName"], metadata["name"]
                if name.startswith(prefix[:58]) and len(name) == len(prefix[:58]) + 5 and name not in self.names():
                    self.replaced.insert(0, (name, f"{prefix}{self.number('GENERATED', name)}"))
            for key in sorted(value):
                self.find_generated(value[key])
        elif isinstance(value, list):
            for one in value:
                self.find_generated(one)

    def names(self):
        return [name for name, _ in self.replaced]

    def value(self, value, path):
        if isinstance(value, dict):
            if value.get("kind") == "Table":
                value = self.table(value)
            if path[-1:] == ("metadata",) and isinstance(value.get("managedFields"), list):
                value = {**value, "managedFields": managers(value["managedFields"])}
            causes = value.get("causes")
            if isinstance(causes, list) and all(one.get("reason") == "FieldManagerConflict" for one in causes):
                # A real server lists the conflicts with several managers in no order.
                value = {**value, "causes": sorted(causes, key=lambda one: (one["message"], one["field"]))}
            if value.get("kind") == "APIResourceList" and isinstance(value.get("resources"), list):
                value = {**value, "resources": {one["name"]: one for one in value["resources"]}}
            if value.get("kind") == "APIGroup":
                value = {**value, "versions": {one["version"]: one for one in value["versions"]}}
            is_list = str(value.get("kind", "")).endswith("List") or value.get("kind") == "Table"
            return {self.text(key): self.value(value[key], (*path, "list" if is_list and key == "metadata" else key))
                    for key in sorted(value)}
        if isinstance(value, list):
            return [self.value(one, (*path, "*")) for one in value]
        key = path[-1] if path else ""
        if key == "resourceVersion" and isinstance(value, str) and value not in ("", "0"):
            return "VERSION" if path[-2:-1] == ("list",) else self.number("VERSION", value)
        if key == "continue" and value:
            return "TOKEN"
        if key == "group" and value == "extensions":
            return "networking.k8s.io"
        if key == "*" and path[-2:-1] == ("cells",) and isinstance(value, str):
            value = NODE_PORT.sub(lambda match: f"{match[1]}{self.number('NODEPORT', int(match[2]))}", value)
        if key in ("nodePort", "healthCheckNodePort") and value:
            return self.number("NODEPORT", value)
        return self.text(value) if isinstance(value, str) else value

    def table(self, table):
        """A Table without the cells that show an age, and without the descriptions of its columns."""
        rows = [{**row, "cells": [re.sub(AGE, "AGE", cell) if isinstance(cell, str) else cell
                                  for cell in row.get("cells") or []]}
                for row in table.get("rows") or []]
        columns = table.get("columnDefinitions")
        if columns:
            columns = [{key: value for key, value in column.items() if key != "description"} for column in columns]
        return {**table, "rows": rows, "columnDefinitions": columns}

    def text(self, text):
        if TIME.match(text):
            return "TIME"
        if MICRO_TIME.match(text):
            return "MICROTIME"
        for name, stand_in in self.replaced:
            text = text.replace(name, stand_in)
        text = OBJECT.sub('Invalid value: "OBJECT": ', text)
        for old, new in RENAMED:
            text = text.replace(old, new)
        for prefix in self.prefixes:
            text = re.sub(f"{re.escape(prefix)}{SUFFIX}(?![a-z0-9])", f"{prefix}GENERATED", text)
        text = UID.sub(lambda match: self.number("UID", match[0]), text)
        text = CLUSTER_IP.sub(lambda match: self.number("CLUSTERIP", match[0]), text)
        return NUMBERS.sub(lambda match: f"{match[1]}N", text)


def managers(entries):
    """Who owns which fields, as all releases tell it.

    Since 1.22 there is an entry for each subresource that a manager writes to, and what is said of the status in a write
    to the object itself belongs to nobody. Entries are put in order, as their times depend on the clock.
    """
    found = {}
    for entry in entries:
        rest = {key: value for key, value in entry.items() if key not in ("subresource", "fieldsV1")}
        fields = {key: value for key, value in entry.get("fieldsV1", {}).items() if key != "f:status"}
        if fields or not entry.get("fieldsV1"):
            name = (entry.get("operation", ""), entry.get("manager", ""), entry.get("apiVersion", ""))
            before = found.get(name, {}).get("fieldsV1", {})
            found[name] = {**rest, "fieldsV1": union(before, fields)}
    return [found[name] for name in sorted(found)]


def union(one, other):
    return {key: union(one.get(key, {}), other.get(key, {})) for key in sorted({*one, *other})}
