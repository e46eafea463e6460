import JSON

/// The columns of nodes, namespaces, events and plain data. Source: `kubectl get` of the real server for each kind.
extension TableLayout {
    static let namespace = TableLayout(columns: [.name, .text("Status"), .age]) { row in
        [row.name, row.status["phase"] ?? "", row.createdAgo]
    }

    static let node = TableLayout(columns: [
        .name, .text("Status"), .text("Roles"), .age, .text("Version"), .wide("Internal-IP"), .wide("External-IP"),
        .wide("OS-Image"), .wide("Kernel-Version"), .wide("Container-Runtime"),
    ]) { row in
        let info = row.status["nodeInfo"] ?? [:]
        return [
            row.name, .string(nodeStatus(row)), RowSource.orNone(roles(row)), row.createdAgo,
            info["kubeletVersion"] ?? "", RowSource.orNone(address(row, "InternalIP")),
            RowSource.orNone(address(row, "ExternalIP")), orUnknown(info.text("osImage")),
            orUnknown(info.text("kernelVersion")), orUnknown(info.text("containerRuntimeVersion")),
        ]
    }

    private static func nodeStatus(_ row: RowSource) -> String {
        let ready = row.status.entries("conditions").first { $0["type"] == "Ready" }
        let state = ready.map { $0["status"] == "True" ? "Ready" : "NotReady" } ?? "Unknown"
        return row.spec["unschedulable"] == true ? "\(state),SchedulingDisabled" : state
    }

    private static func roles(_ row: RowSource) -> String {
        let prefix = "node-role.kubernetes.io/"
        let labels = row.document.at("metadata", "labels")?.objectValue?.keys ?? []
        return labels.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }.sorted()
            .joined(separator: ",")
    }

    private static func address(_ row: RowSource, _ type: String) -> String {
        row.status.entries("addresses").first { $0.text("type") == type }?.text("address") ?? ""
    }

    private static func orUnknown(_ text: String) -> JSONValue { .string(text.isEmpty ? "<unknown>" : text) }

    static let configMap = TableLayout(columns: [.name, .text("Data"), .age]) { row in
        let count =
            (row.document["data"]?.objectValue?.count ?? 0) + (row.document["binaryData"]?.objectValue?.count ?? 0)
        return [row.name, .number(JSONNumber(count)), row.createdAgo]
    }

    static let secret = TableLayout(columns: [.name, .text("Type"), .text("Data"), .age]) { row in
        let count = row.document["data"]?.objectValue?.count ?? 0
        return [row.name, row.document["type"] ?? "", .number(JSONNumber(count)), row.createdAgo]
    }

    static let serviceAccount = TableLayout(columns: [.name, .text("Secrets"), .age]) { row in
        [row.name, .number(JSONNumber(row.document.entries("secrets").count)), row.createdAgo]
    }

    static let lease = TableLayout(columns: [.name, .text("Holder"), .age]) { row in
        [row.name, row.spec["holderIdentity"] ?? "", row.createdAgo]
    }

    static let definition = TableLayout(columns: [.name, TableColumn(name: "Created At", type: "date")]) { row in
        [row.name, row.document.at("metadata", "creationTimestamp") ?? ""]
    }

    static let claim = TableLayout(columns: [
        .name, .text("Status"), .text("Volume"), .text("Capacity"), .text("Access Modes"), .text("StorageClass"),
        .text("VolumeAttributesClass"), .age, .wide("VolumeMode"),
    ]) { row in
        // Before it has a volume a claim has nothing.
        let bound = row.spec.text("volumeName").isEmpty ? [:] : row.status
        let modes = bound.entries("accessModes").map(\.plainText).joined(separator: ",")
        return [
            row.name, row.status["phase"] ?? "", row.spec["volumeName"] ?? "",
            bound.at("capacity", "storage") ?? "", .string(modes), row.spec["storageClassName"] ?? "",
            RowSource.orUnset(row.spec.text("volumeAttributesClassName")), row.createdAgo,
            row.spec["volumeMode"] ?? "<unset>",
        ]
    }

    static let event = TableLayout(columns: [
        .text("Last Seen"), .text("Type"), .text("Reason"), .text("Object"), .wide("Subobject"), .wide("Source"),
        .text("Message"), .wide("First Seen"), .wide("Count"),
        TableColumn(name: "Name", format: "name", priority: 1),
    ]) { row in
        let event = row.document["regarding"] == nil ? row.document : EventConversion.core(row.document)
        let object = event["involvedObject"] ?? [:]
        let first = event["firstTimestamp"] ?? event["eventTime"]
        var last = event["lastTimestamp"] ?? first
        var count = event["count"] ?? 1
        if let series = event["series"] {
            last = series["lastObservedTime"] ?? last
            count = series["count"] ?? count
        }
        let target =
            object.text("name").isEmpty
            ? object.text("kind").lowercased() : "\(object.text("kind").lowercased())/\(object.text("name"))"
        return [
            .string(row.age(last)), event["type"] ?? "", event["reason"] ?? "", .string(target),
            object["fieldPath"] ?? "", .string(eventSource(event)),
            .string(trimmed(event.text("message"))), .string(row.age(first)), count == 0 ? 1 : count, row.name,
        ]
    }

    private static func eventSource(_ event: JSONValue) -> String {
        let component = event.at("source", "component")?.stringValue ?? event.text("reportingComponent")
        let host = event.at("source", "host")?.stringValue ?? event.text("reportingInstance")
        return host.isEmpty ? component : "\(component), \(host)"
    }

    private static func trimmed(_ text: String) -> String {
        let start = text.drop(while: \.isWhitespace)
        guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...end])
    }
}

extension RowSource {
    static func orUnset(_ text: String) -> JSONValue { .string(text.isEmpty ? "<unset>" : text) }
}
