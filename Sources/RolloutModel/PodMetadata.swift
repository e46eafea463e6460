import JSON

/// Labels and annotations that pods have only while their version plays a role: `canaryMetadata` and its siblings.
package struct PodMetadata: Hashable, Sendable {
    package var labels: [String: String] = [:]
    package var annotations: [String: String] = [:]

    package init(labels: [String: String] = [:], annotations: [String: String] = [:]) {
        self.labels = labels
        self.annotations = annotations
    }

    package var isEmpty: Bool { labels.isEmpty && annotations.isEmpty }

    init(_ reader: FieldReader) throws(FieldError) {
        labels = try Self.strings("labels", reader)
        annotations = try Self.strings("annotations", reader)
    }

    private static func strings(_ name: String, _ reader: FieldReader) throws(FieldError) -> [String: String] {
        let field = try reader.object(name)
        var result: [String: String] = [:]
        for (key, value) in field.value.objectValue ?? [:] {
            guard let text = value.stringValue else {
                throw FieldError(field.path(key), .invalid(value: value.text), "must be a string")
            }
            result[key] = text
        }
        return result
    }
}

extension PodMetadata {
    /// Reads the annotation `rollout.argoproj.io/ephemeral-metadata`; what cannot be read was never injected.
    package init(parsing text: String?) {
        guard let text, let document = try? JSONValue(parsing: text) else { return }
        labels = Self.strings(document["labels"])
        annotations = Self.strings(document["annotations"])
    }

    private static func strings(_ value: JSONValue?) -> [String: String] {
        var result: [String: String] = [:]
        for (key, text) in value?.objectValue ?? [:] { result[key] = text.stringValue ?? "" }
        return result
    }

    /// The annotation's value; `nil` when nothing is injected.
    package var text: String? {
        if isEmpty { return nil }
        var document: JSONValue = [:]
        if !labels.isEmpty { document["labels"] = Self.document(labels) }
        if !annotations.isEmpty { document["annotations"] = Self.document(annotations) }
        return GoJSON.text(document)
    }

    private static func document(_ strings: [String: String]) -> JSONValue {
        var result: JSONValue = [:]
        for key in strings.keys.sorted() { result[key] = strings[key].map(JSONValue.string) }
        return result
    }
}
