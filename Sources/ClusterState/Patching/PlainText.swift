import JSON

/// Values as the texts of real refusals show them: without quotes and types.
///
/// Source: those texts; `map[image:web name:side]`, `[a b]`, `<nil>`.
enum PlainText {
    static func of(_ value: JSONValue) -> String {
        switch value {
        case .null: return "<nil>"
        case .bool(let flag): return flag ? "true" : "false"
        case .number(let number): return number.text
        case .string(let text): return text
        case .array(let entries): return "[\(entries.map(of).joined(separator: " "))]"
        case .object(let object):
            let members = object.sortedByKey.map { "\($0.key):\(of($0.value))" }
            return "map[\(members.joined(separator: " "))]"
        }
    }
}
