import JSON

/// One object inside a JSON annotation, read as the peer's decoder reads it.
///
/// Keys match without regard to case, an exact match first; `null` means absent; unknown keys are passed over; a value
/// of another type is a mistake, reported with its path.
struct AnnotationFields {
    var entry: AnnotationEntry
    /// `forwardConfig.targetGroups[1]`; empty for the whole document.
    var path: String
    private var values: JSONObject

    /// The whole annotation as one object.
    init(_ entry: AnnotationEntry) throws(BuildProblem) {
        try self.init(entry, path: "", value: entry.json())
    }

    init(_ entry: AnnotationEntry, path: String, value: JSONValue) throws(BuildProblem) {
        self.entry = entry
        self.path = path
        guard let object = value.objectValue else {
            throw entry.problem(
                "\(path.isEmpty ? "the value" : path) is \(quoted(value.text)), not an object",
                remedy: "Write an object there: {...}.")
        }
        values = object
    }

    /// Every element of an annotation that is a list of objects.
    static func list(_ entry: AnnotationEntry) throws(BuildProblem) -> [AnnotationFields] {
        try elements(entry, path: "", value: entry.json())
    }

    func string(_ name: String) throws(BuildProblem) -> String? {
        guard let value = value(name) else { return nil }
        guard let text = value.stringValue else {
            throw mistyped(name, value, "a string", example: "\"\(value.text)\"")
        }
        return text
    }

    func integer(_ name: String) throws(BuildProblem) -> Int? {
        guard let value = value(name) else { return nil }
        guard let number = value.intValue else { throw mistyped(name, value, "a whole number", example: "1") }
        return number
    }

    func bool(_ name: String) throws(BuildProblem) -> Bool? {
        guard let value = value(name) else { return nil }
        guard let flag = value.boolValue else { throw mistyped(name, value, "true or false", example: "true") }
        return flag
    }

    func fields(_ name: String) throws(BuildProblem) -> AnnotationFields? {
        guard let value = value(name) else { return nil }
        return try AnnotationFields(entry, path: join(name), value: value)
    }

    func list(_ name: String) throws(BuildProblem) -> [AnnotationFields] {
        guard let value = value(name) else { return [] }
        return try Self.elements(entry, path: join(name), value: value)
    }

    func strings(_ name: String) throws(BuildProblem) -> [String] {
        guard let value = value(name) else { return [] }
        guard let elements = value.arrayValue else { throw mistyped(name, value, "a list", example: "[\"a\"]") }
        var result: [String] = []
        for (index, element) in elements.enumerated() {
            guard let text = element.stringValue else {
                throw mistyped("\(name)[\(index)]", element, "a string", example: "\"a\"")
            }
            result.append(text)
        }
        return result
    }

    /// A port: a number, or a name; a numeric string is a number.
    func port(_ name: String) throws(BuildProblem) -> ServicePort? {
        guard let value = value(name) else { return nil }
        if let number = value.intValue { return .number(number) }
        guard let text = value.stringValue else { throw mistyped(name, value, "a port number or name", example: "80") }
        return ServicePort(text)
    }

    /// A mistake at one field.
    func problem(_ name: String, _ problem: String, remedy: String) -> BuildProblem {
        entry.problem("\(join(name)): \(problem)", remedy: remedy)
    }

    /// A mistake at this object.
    func problem(_ problem: String, remedy: String) -> BuildProblem {
        entry.problem(path.isEmpty ? problem : "\(path): \(problem)", remedy: remedy)
    }

    private func value(_ name: String) -> JSONValue? {
        let wanted = name.lowercased()
        let found = values[name] ?? values.first { $0.key.lowercased() == wanted }?.value
        guard let found, !found.isNull else { return .none }
        return found
    }

    private func join(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    private func mistyped(_ name: String, _ value: JSONValue, _ wanted: String, example: String) -> BuildProblem {
        problem(name, "\(quoted(value.text)) is not \(wanted)", remedy: "Write it like \(example).")
    }

    private static func elements(
        _ entry: AnnotationEntry, path: String, value: JSONValue
    ) throws(BuildProblem) -> [AnnotationFields] {
        guard let elements = value.arrayValue else {
            throw entry.problem(
                "\(path.isEmpty ? "the value" : path) is \(quoted(value.text)), not a list",
                remedy: "Write a list of objects: [{...}].")
        }
        var result: [AnnotationFields] = []
        for (index, element) in elements.enumerated() {
            try result.append(AnnotationFields(entry, path: "\(path)[\(index)]", value: element))
        }
        return result
    }
}
