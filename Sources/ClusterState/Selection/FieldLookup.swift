import JSON

/// Which fields of a kind a field selector may name.
///
/// Source: the field label conversions registered by the Kubernetes API for each kind.
enum FieldLookup {
    /// The fields besides `metadata.name` and `metadata.namespace`, by type name.
    private static let fields: [String: Set<String>] = [
        "Pod": [
            "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork",
            "status.phase", "status.podIP", "status.podIPs", "status.nominatedNodeName",
        ],
        "Event": eventFields, "EventsEvent": modernEventFields,
        "Namespace": ["status.phase"], "Node": ["spec.unschedulable"], "Secret": ["type"],
        "Service": ["spec.clusterIP", "spec.type"], "Job": ["status.successful"],
    ]

    private static let eventFields: Set<String> = [
        "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
        "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason",
        "reportingComponent", "source", "type",
    ]

    private static let modernEventFields: Set<String> = [
        "regarding.kind", "regarding.namespace", "regarding.name", "regarding.uid", "regarding.apiVersion",
        "regarding.resourceVersion", "regarding.fieldPath", "reason", "reportingController", "type",
    ]

    static func isSupported(_ field: String, for definition: ResourceDefinition) -> Bool {
        if field == "metadata.name" || (field == "metadata.namespace" && definition.isNamespaced) { return true }
        if let selectable = definition.custom?.selectableFields { return selectable.contains(field) }
        return fields[definition.typeName ?? ""]?.contains(field) ?? false
    }

    /// What is said about a field that cannot be selected by.
    static func refusal(of field: String, for definition: ResourceDefinition) -> String {
        if definition.typeName == "Job" { return "field label \"\(field)\" not supported for batchv1.Job" }
        guard !definition.isCustom, fields[definition.typeName ?? ""] == nil else {
            return "field label not supported: \(field)"
        }
        return "\"\(field)\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
    }

    /// The field's value in a stored document as selectors compare it; a missing field is the empty string.
    static func value(_ field: String, in document: JSONValue, typeName: String?) -> String {
        switch field {
        case "spec.unschedulable", "spec.hostNetwork":
            return (document.at(path: field.split(separator: ".").map(String.init))?.boolValue ?? false).description
        case "source" where typeName == "Event":
            let component = document.at("source", "component")?.stringValue ?? ""
            return component.isEmpty ? text(document["reportingComponent"]) : component
        case "reportingController" where typeName == "EventsEvent":
            return text(document["reportingComponent"])
        case "status.successful": return document.at("status", "succeeded").map(text) ?? "0"
        default: break
        }
        var path = field.split(separator: ".").map(String.init)
        if typeName == "EventsEvent", path.first == "regarding" { path[0] = "involvedObject" }
        return text(document.at(path: path))
    }

    private static func text(_ value: JSONValue?) -> String {
        switch value {
        case .some(.string(let string)): string
        case .some(.number(let number)): number.text
        case .some(.bool(let flag)): flag.description
        case nil, .some(.null), .some(.array), .some(.object): ""
        }
    }
}
