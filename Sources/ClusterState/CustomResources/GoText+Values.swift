import JSON

/// JSON values as the texts about custom resources show them.
extension GoText {
    /// A text in double quotes.
    static func quotedText(_ text: String) -> String { JSONValue.string(text).text }

    /// A list of texts: `[]string{"a", "b"}`.
    static func texts(_ texts: [String]) -> String { strings(texts.map(JSONValue.string)) }

    /// A value as the value of an error: texts quoted, scalars plain, the rest with its type.
    static func value(_ value: JSONValue) -> String { value.isNull ? "\"null\"" : member(value) }

    private static func member(_ value: JSONValue) -> String {
        switch value {
        case .null: return "interface {}(nil)"
        case .bool(let flag): return flag ? "true" : "false"
        case .number(let number): return number.text
        case .string(let text): return quotedText(text)
        case .array(let entries): return "[]interface {}{\(entries.map(member).joined(separator: ", "))}"
        case .object(let object):
            let members = object.sortedByKey.map { "\(quotedText($0.key)):\(member($0.value))" }
            return "map[string]interface {}{\(members.joined(separator: ", "))}"
        }
    }
}

extension FieldError {
    /// The errors in the order of their texts, which is how the real server sorts those it found in maps.
    static func sorted(_ errors: [FieldError]) -> [FieldError] {
        errors.sorted { $0.text.utf8.lexicographicallyPrecedes($1.text.utf8) }
    }
}
