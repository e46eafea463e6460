import JSON

/// A column of a `meta.k8s.io/v1` Table.
struct TableColumn: Equatable, Sendable {
    var name: String
    var type = "string"
    /// `name` marks the column that `-o name` prints.
    var format = ""
    var description = ""
    /// Above 0 the column is only shown with `-o wide`.
    var priority = 0

    static let name = TableColumn(
        name: "Name", format: "name",
        description: "Name must be unique within a namespace.")
    static let age = TableColumn(
        name: "Age",
        description: "CreationTimestamp is a timestamp representing the server time when this object was created.")

    static func text(_ name: String) -> TableColumn { TableColumn(name: name) }
    static func number(_ name: String) -> TableColumn { TableColumn(name: name, type: "integer") }
    static func wide(_ name: String, type: String = "string") -> TableColumn {
        TableColumn(name: name, type: type, priority: 1)
    }

    var document: JSONValue {
        [
            "name": .string(name), "type": .string(type), "format": .string(format),
            "description": .string(description), "priority": .number(JSONNumber(priority)),
        ]
    }
}

/// How one kind's objects become rows.
struct TableLayout: Sendable {
    var columns: [TableColumn]
    /// One cell per column.
    var cells: @Sendable (RowSource) -> [JSONValue]
}

/// An object that is to become a row, and the time for its age.
struct RowSource {
    let document: JSONValue
    let age: @Sendable (JSONValue?) -> String

    var name: JSONValue { document.at("metadata", "name") ?? "" }
    var createdAgo: JSONValue { .string(age(document.at("metadata", "creationTimestamp"))) }
    var spec: JSONValue { document["spec"] ?? [:] }
    var status: JSONValue { document["status"] ?? [:] }

    /// A count of the status; missing is 0.
    func count(_ field: String) -> JSONValue { status[field] ?? 0 }

    /// The text, or `<none>` where it is empty.
    static func orNone(_ text: String) -> JSONValue { .string(text.isEmpty ? "<none>" : text) }

    /// The first three, and how many more there are.
    static func brief(_ texts: [String], empty: String) -> JSONValue {
        guard !texts.isEmpty else { return .string(empty) }
        let shown = texts.prefix(3).joined(separator: ",")
        return .string(texts.count > 3 ? "\(shown) + \(texts.count - 3) more..." : shown)
    }
}
