/// The types of the built-in kinds, read once from a compact notation.
///
/// One line per type: `Name = field:type field:type`; lines that are indented further continue the one before. `Name!`
/// is atomic for server-side apply. Types are `s` string, `b` boolean, `i` int32, `l` int64, `n` float, `t` time,
/// `q` quantity, `x` int or string, `any`, `{type}` a map, `[type]` a list, or a type's name. A list may be followed by
/// `/key` (merged by that key), `/key/k1,k2` (other keys for apply, `-` for atomic), `//k1` (apply only), `/+set`; a
/// final `!` keeps only named keys where a patch says `$retainKeys`.
enum TypeCatalog {
    /// The type called `name`, if it is modelled.
    static func type(_ name: String) -> ObjectType? { types[name] }

    private static let types: [String: ObjectType] = {
        var types: [String: ObjectType] = [:]
        for text in [podsText, podStatusText, volumesText, workloadsText, networkingText, clusterText] {
            for line in logicalLines(of: text) {
                let type = parse(line: line)
                types[type.name] = type
            }
        }
        return types
    }()

    private static func logicalLines(of text: String) -> [String] {
        var lines: [String] = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix(" "), !lines.isEmpty {
                lines[lines.count - 1] += " \(line.drop { $0 == " " })"
            } else {
                lines.append(String(line))
            }
        }
        return lines
    }

    private static func parse(line: String) -> ObjectType {
        let words = line.split(separator: " ")
        precondition(words.count > 2 && words[1] == "=", "a catalogue line is `Name = field:type …`, not \(line)")
        var fields: [String: FieldType] = [:]
        for word in words.dropFirst(2) {
            guard let colon = word.firstIndex(of: ":") else { preconditionFailure("\(word) has no type in \(line)") }
            fields[String(word[..<colon])] = parse(type: word[word.index(after: colon)...])
        }
        let isAtomic = words[0].hasSuffix("!")
        return ObjectType(name: String(isAtomic ? words[0].dropLast() : words[0]), isAtomic: isAtomic, fields: fields)
    }

    private static func parse(type: Substring) -> FieldType {
        switch type {
        case "s": return .string
        case "b": return .boolean
        case "i": return .integer32
        case "l": return .integer64
        case "n": return .number
        case "t": return .time
        case "q": return .quantity
        case "x": return .intOrString
        case "any": return .any
        default: break
        }
        if type.hasPrefix("{") { return .map(parse(type: type.dropFirst().dropLast())) }
        if type.hasPrefix("["), let end = type.lastIndex(of: "]") {
            let element = type[type.index(after: type.startIndex)..<end]
            return .list(parse(type: element), parse(rule: type[type.index(after: end)...]))
        }
        let retainKeys = type.hasSuffix("!")
        return .object(String(retainKeys ? type.dropLast() : type), retainKeys: retainKeys)
    }

    private static func parse(rule text: Substring) -> ListRule {
        guard !text.isEmpty else { return .atomic }
        var rule = ListRule(retainKeys: text.hasSuffix("!"))
        let parts = text.drop { $0 == "!" }.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
            .map { part in part.hasSuffix("!") ? String(part.dropLast()) : String(part) }
        guard let key = parts.first else { return rule }
        if key == "+set" {
            rule.isSet = true
            return rule
        }
        rule.mergeKey = key.isEmpty ? nil : key
        switch parts.dropFirst().first {
        case nil: rule.applyKeys = key.isEmpty ? [] : [key]
        case "-": rule.applyKeys = []
        case .some(let keys): rule.applyKeys = keys.split(separator: ",").map(String.init)
        }
        return rule
    }
}
