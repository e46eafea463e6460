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
AGE = re.compile(r"^(\d+(s|m|h|d|ms))+$|^<unknown>$")


class Normaliser:
    """One per run: the numbers go through all of its answers."""

    def __init__(self, variables):
        self.replaced = [(variables["ns"], "NS"), (variables["id"], "ID")]
        self.replaced += [(variables[name], f"{wanted[0].split('/')[0]}/SERVED") for name, wanted in VERSIONS.items()]
        self.numbers = {}

    def number(self, kind, value):
        known = self.numbers.setdefault(kind, {})
        return f"{kind}-{known.setdefault(value, len(known) + 1)}"

    def answer(self, answer):
        """The answer without what may differ."""
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
        if key in ("nodePort", "healthCheckNodePort") and value:
            return self.number("NODEPORT", value)
        return self.text(value) if isinstance(value, str) else value

    def table(self, table):
        """A Table without the cells that show an age."""
        rows = [{**row, "cells": [re.sub(AGE, "AGE", cell) if isinstance(cell, str) else cell
                                  for cell in row.get("cells") or []]}
                for row in table.get("rows") or []]
        return {**table, "rows": rows}

    def text(self, text):
        if TIME.match(text):
            return "TIME"
        if MICRO_TIME.match(text):
            return "MICROTIME"
        for name, stand_in in self.replaced:
            text = text.replace(name, stand_in)
        text = UID.sub(lambda match: self.number("UID", match[0]), text)
        text = CLUSTER_IP.sub(lambda match: self.number("CLUSTERIP", match[0]), text)
        return NUMBERS.sub(lambda match: f"{match[1]}N", text)
