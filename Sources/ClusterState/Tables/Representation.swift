import JSON
import KubernetesModel

extension ClusterState {
    /// The answer in the form the client asked for: as it is, as a Table, or as metadata only.
    func represented(_ response: APIResponse, in context: RequestContext) -> APIResponse {
        guard response.isSuccess, context.request.options.representation != .object else { return response }
        guard response.document["kind"] != "Status", context.request.subresource.isEmpty else { return response }
        var response = response
        response.document = context.definition.represented(
            response.document, context.request.options.representation, now: context.now)
        return response
    }
}

extension ResourceDefinition {
    /// A document of this resource, or a list of them, as a Table or as metadata only.
    func represented(
        _ document: JSONValue, _ representation: RequestOptions.Representation, withColumns: Bool = true, now: Timestamp
    ) -> JSONValue {
        let isList = document["items"] != nil && document.text("kind") == listKind
        switch representation {
        case .object: return document
        case .metadata:
            guard isList else { return Self.partial(document) }
            return [
                "kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1",
                "metadata": document["metadata"] ?? [:],
                "items": .array(document.entries("items").map(Self.partial)),
            ]
        case .table(let include):
            let layout = TableLayout.of(self)
            let items = isList ? document.entries("items") : [document]
            var metadata: JSONValue = [:]
            if isList {
                metadata = document["metadata"] ?? [:]
            } else {
                metadata["resourceVersion"] = document.at("metadata", "resourceVersion")
            }
            return [
                "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": metadata,
                "columnDefinitions": withColumns ? .array(layout.columns.map(\.document)) : nil,
                "rows": .array(items.map { row($0, layout, include, now: now) }),
            ]
        }
    }

    /// A watch event whose object is represented.
    func represented(
        _ event: WatchEvent, _ representation: RequestOptions.Representation, withColumns: Bool, now: Timestamp
    ) -> WatchEvent {
        switch event.kind {
        case .error: return event
        // A bookmark in a table is the row of an object without a name.
        case .bookmark, .added, .modified, .deleted:
            let document = represented(event.object.document, representation, withColumns: withColumns, now: now)
            return WatchEvent(event.kind, KubernetesObject(document))
        }
    }

    private func row(
        _ document: JSONValue, _ layout: TableLayout, _ include: RequestOptions.IncludeObject, now: Timestamp
    ) -> JSONValue {
        let source = RowSource(document: document) { HumanDuration.since($0, now: now) }
        var row: JSONValue = ["cells": .array(layout.cells(source))]
        let phase = document.at("status", "phase")?.stringValue ?? ""
        if kind == "Pod", !isCustom, phase == "Succeeded" || phase == "Failed" {
            row["conditions"] = [
                [
                    "type": "Completed", "status": "True", "reason": .string(phase),
                    "message": phase == "Succeeded"
                        ? "The pod has completed successfully." : "The pod failed.",
                ]
            ]
        }
        switch include {
        case .none: row["object"] = .null
        case .metadata: row["object"] = Self.partial(document)
        case .object:
            var whole = document
            whole["kind"] = .string(kind)
            whole["apiVersion"] = .string(apiVersion)
            row["object"] = whole
        }
        return row
    }

    private static func partial(_ document: JSONValue) -> JSONValue {
        [
            "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": document["metadata"] ?? [:],
        ]
    }
}
