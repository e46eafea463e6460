import JSON

/// The part of JSONPath that printer columns use: fields, indices, `[*]`, and filters that compare a field with a text.
///
/// Source: the JSONPath documentation of kubectl and of `additionalPrinterColumns`.
struct SimplePath: Sendable, Equatable {
    enum Step: Sendable, Equatable {
        case field(String)
        /// Negative ones count from the end.
        case index(Int)
        case all
        /// `?(@.type=="Ready")`; with `isEqual` false, `!=`.
        case filter(path: [String], value: String, isEqual: Bool)
    }

    let steps: [Step]

    /// Reads `.a.b[0]['c']`; `nil` where the text is no such path.
    init?(_ text: String) {
        var steps: [Step] = []
        var rest = text[...]
        if rest.hasPrefix("{"), rest.hasSuffix("}") { rest = rest.dropFirst().dropLast() }
        if rest.hasPrefix("$") { rest = rest.dropFirst() }
        while let first = rest.first {
            if first == "." {
                rest = rest.dropFirst()
                if rest.hasPrefix("[") { continue }
                guard let name = Self.takeName(&rest) else { return nil }
                steps.append(name == "*" ? .all : .field(name))
            } else if first == "[" {
                guard let end = Self.closing(rest), let step = Self.bracket(rest[rest.startIndex..<end].dropFirst())
                else { return nil }
                steps.append(step)
                rest = rest[rest.index(after: end)...]
            } else {
                return nil
            }
        }
        self.steps = steps
    }

    /// Every value the path leads to, in document order.
    func values(in document: JSONValue) -> [JSONValue] {
        var found = [document]
        for step in steps {
            found = found.flatMap { Self.apply(step, to: $0) }
        }
        return found
    }

    private static func apply(_ step: Step, to value: JSONValue) -> [JSONValue] {
        switch step {
        case .field(let name): return value[name].map { [$0] } ?? []
        case .index(let index):
            guard let entries = value.arrayValue else { return [] }
            let position = index < 0 ? entries.count + index : index
            return entries.indices.contains(position) ? [entries[position]] : []
        case .all: return value.arrayValue ?? value.objectValue?.values ?? []
        case .filter(let path, let wanted, let isEqual):
            return (value.arrayValue ?? []).filter { entry in
                guard let found = entry.at(path: path) else { return false }
                return ((found.stringValue ?? found.text) == wanted) == isEqual
            }
        }
    }

    /// A field name up to the next dot or bracket; a backslash takes the following character literally.
    private static func takeName(_ rest: inout Substring) -> String? {
        var name = ""
        while let character = rest.first, character != ".", character != "[" {
            rest = rest.dropFirst()
            if character == "\\", let literal = rest.first {
                name.append(literal)
                rest = rest.dropFirst()
            } else {
                name.append(character)
            }
        }
        return name.isEmpty ? nil : name
    }

    /// The bracket that closes the one the text begins with, outside quotes.
    private static func closing(_ text: Substring) -> Substring.Index? {
        var quote: Character?
        for index in text.indices {
            let character = text[index]
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "'" || character == "\"" {
                quote = character
            } else if character == "]" {
                return index
            }
        }
        return nil
    }

    private static func bracket(_ text: Substring) -> Step? {
        if text == "*" { return .all }
        if let index = Int(text) { return .index(index) }
        if let name = unquoted(text) { return .field(name) }
        guard text.hasPrefix("?("), text.hasSuffix(")") else { return nil }
        let condition = text.dropFirst(2).dropLast()
        guard let sign = condition.firstIndex(where: { $0 == "=" || $0 == "!" }),
            condition[sign...].dropFirst().first == "="
        else { return nil }
        let left = condition[..<sign].filter { $0 != " " }
        let right = condition[sign...].dropFirst(2).drop { $0 == " " }
        guard left.hasPrefix("@.") else { return nil }
        let path = left.dropFirst(2).split(separator: ".").map(String.init)
        return .filter(path: path, value: unquoted(right) ?? String(right), isEqual: condition[sign] == "=")
    }

    private static func unquoted(_ text: Substring) -> String? {
        guard let first = text.first, first == "'" || first == "\"", text.last == first, text.count > 1 else {
            return nil
        }
        return String(text.dropFirst().dropLast())
    }
}
