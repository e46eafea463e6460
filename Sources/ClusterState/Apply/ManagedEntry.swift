import JSON

/// One entry of `metadata.managedFields`.
struct ManagedEntry: Sendable, Equatable {
    var manager: String
    /// `Apply` or `Update`.
    var operation: String
    var apiVersion: String
    var time: String
    var subresource: String
    var fields: FieldTree

    init(
        manager: String, operation: String, apiVersion: String, time: String, subresource: String, fields: FieldTree
    ) {
        self.manager = manager
        self.operation = operation
        self.apiVersion = apiVersion
        self.time = time
        self.subresource = subresource
        self.fields = fields
    }

    init(document: JSONValue) {
        var fields = document["fieldsV1"].map(FieldTree.init(document:)) ?? FieldTree()
        fields.isMember = false
        self.init(
            manager: document.text("manager"), operation: document.text("operation"),
            apiVersion: document.text("apiVersion"), time: document.text("time"),
            subresource: document.text("subresource"), fields: fields)
    }

    /// The entry as it is written, with the `fieldsV1` form of its fields.
    func document(fieldsV1: JSONValue) -> JSONValue {
        var object = JSONObject()
        object.append("manager", .string(manager))
        object.append("operation", .string(operation))
        object.append("apiVersion", .string(apiVersion))
        if !time.isEmpty { object.append("time", .string(time)) }
        object.append("fieldsType", "FieldsV1")
        object.append("fieldsV1", fieldsV1)
        if !subresource.isEmpty { object.append("subresource", .string(subresource)) }
        return .object(object)
    }

    /// How conflicts name the manager.
    var shown: String {
        let name = "\(JSONValue.string(manager).text)"
        let scope = subresource.isEmpty ? "" : " with subresource \(JSONValue.string(subresource).text)"
        guard operation == "Update" else { return "\(name)\(scope)" }
        return "\(name)\(scope) using \(apiVersion)"
    }

    /// Whether both are the running record of one writer.
    func isSameWriter(_ other: ManagedEntry) -> Bool {
        manager == other.manager && operation == other.operation && subresource == other.subresource
            && (operation == "Apply" || apiVersion == other.apiVersion)
    }
}
