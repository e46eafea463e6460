import JSON
import KubernetesModel

/// Values as a real server's error texts show them where they are no strings or numbers: in Go's syntax.
enum GoText {
    /// A `metav1.LabelSelector`.
    static func selector(_ value: JSONValue) -> String {
        let labels = map(value["matchLabels"] ?? nil)
        let expressions = value.entries("matchExpressions").map { expression in
            let values = strings(expression["values"]?.arrayValue)
            return "v1.LabelSelectorRequirement{Key:\(quoted(expression.text("key"))), "
                + "Operator:\(quoted(expression.text("operator"))), Values:\(values)}"
        }
        let list = expressions.isEmpty ? "(nil)" : "{\(expressions.joined(separator: ", "))}"
        return "v1.LabelSelector{MatchLabels:\(labels), MatchExpressions:[]v1.LabelSelectorRequirement\(list)}"
    }

    /// A map of strings, its keys ascending.
    static func map(_ value: JSONValue) -> String {
        let members = (value.objectValue ?? [:]).sortedByKey.map { "\(quoted($0.key)):\($0.value.text)" }
        return members.isEmpty ? "map[string]string(nil)" : "map[string]string{\(members.joined(separator: ", "))}"
    }

    /// A list of strings; `nil` for none.
    static func strings(_ values: [JSONValue]?) -> String {
        guard let values else { return "[]string(nil)" }
        return "[]string{\(values.map(\.text).joined(separator: ", "))}"
    }

    /// An `intstr.IntOrString`.
    static func intOrString(_ value: JSONValue) -> String {
        if let text = value.stringValue { return "intstr.IntOrString{Type:1, IntVal:0, StrVal:\(quoted(text))}" }
        return "intstr.IntOrString{Type:0, IntVal:\(value.intValue ?? 0), StrVal:\"\"}"
    }

    private static func quoted(_ text: String) -> String { JSONValue.string(text).text }
}
