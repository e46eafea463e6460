import JSON
import KubernetesModel

/// The annotations that configure something, in order of precedence: a Service's before its Ingress'.
struct Annotations: Sendable {
    /// The annotations of one object.
    struct Source: Sendable {
        /// `Ingress shop/web`.
        var owner: String
        var values: [String: String]

        init(_ kind: String, _ object: KubernetesObject) {
            owner = "\(kind) \(object.key)"
            values = object.annotations
        }
    }

    /// What precedes the `/` of every key.
    var prefix: String
    /// The first source that has a key decides.
    var sources: [Source]

    /// The annotation with this suffix; one that is present but empty counts as present.
    func entry(_ suffix: String) -> AnnotationEntry? {
        let key = "\(prefix)/\(suffix)"
        for source in sources {
            if let text = source.values[key] { return AnnotationEntry(key: key, owner: source.owner, text: text) }
        }
        return nil
    }

    /// Every annotation whose suffix starts with `start`, as (rest of the suffix, entry), sorted by suffix.
    func entries(startingWith start: String) -> [(suffix: String, entry: AnnotationEntry)] {
        let wanted = "\(prefix)/\(start)"
        let keys = Set(sources.flatMap { $0.values.keys }).filter { $0.hasPrefix(wanted) }
        return keys.sorted().compactMap { key in
            entry(String(key.dropFirst(prefix.count + 1))).map { (String(key.dropFirst(wanted.count)), $0) }
        }
    }

    func string(_ suffix: String) -> String? { entry(suffix)?.text }

    func list(_ suffix: String) -> [String]? { entry(suffix)?.list }

    func bool(_ suffix: String) throws(BuildProblem) -> Bool? {
        guard let entry = entry(suffix) else { return nil }
        return try entry.bool()
    }

    func integer(_ suffix: String, in range: ClosedRange<Int>) throws(BuildProblem) -> Int? {
        guard let entry = entry(suffix) else { return nil }
        return try entry.integer(in: range)
    }

    func map(_ suffix: String) throws(BuildProblem) -> [String: String]? {
        guard let entry = entry(suffix) else { return nil }
        return try entry.map()
    }
}

/// One annotation, with its place for messages.
///
/// The accepted spellings are those of the peer: flags as Go's ParseBool, decimal integers without spaces.
struct AnnotationEntry: Hashable, Sendable {
    /// The whole key.
    var key: String
    /// `Ingress shop/web`.
    var owner: String
    var text: String

    func problem(_ problem: String, remedy: String) -> BuildProblem {
        BuildProblem("annotation \(key) of \(owner)", problem, remedy: remedy)
    }

    /// The elements between commas, trimmed, without empty ones.
    var list: [String] {
        text.split(separator: ",").map { String($0).trimmingWhitespace }.filter { !$0.isEmpty }
    }

    func bool() throws(BuildProblem) -> Bool {
        switch text {
        case "1", "t", "T", "TRUE", "true", "True": return true
        case "0", "f", "F", "FALSE", "false", "False": return false
        default: throw problem("\(quoted(text)) is not a truth value", remedy: "Write true or false.")
        }
    }

    func integer(in range: ClosedRange<Int>) throws(BuildProblem) -> Int {
        guard let value = Int(text), range.contains(value) else {
            throw problem(
                "\(quoted(text)) is not a whole number from \(range.lowerBound) to \(range.upperBound)",
                remedy: "Write such a number in decimal digits, or remove the annotation.")
        }
        return value
    }

    func oneOf(_ words: [String]) throws(BuildProblem) -> String {
        guard words.contains(text) else {
            throw problem(
                "\(quoted(text)) is not one of \(words.joined(separator: ", "))", remedy: "Write one of these.")
        }
        return text
    }

    func map() throws(BuildProblem) -> [String: String] {
        guard let map = stringMap(parsing: text) else {
            throw problem(
                "\(quoted(text)) is not a list of key=value", remedy: "Write key=value,key=value with no empty key.")
        }
        return map
    }

    func json() throws(BuildProblem) -> JSONValue {
        do {
            return try JSONValue(parsing: text)
        } catch {
            throw problem(
                "the value is not JSON: \(error.problem) at character \(error.offset + 1) of \(quoted(text))",
                remedy: "Correct the JSON or remove the annotation.")
        }
    }
}

extension String {
    /// Without leading and trailing blanks, tabs and line ends.
    var trimmingWhitespace: String {
        var rest = self[...]
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return String(rest)
    }
}
