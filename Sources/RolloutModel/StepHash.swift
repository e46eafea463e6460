package import JSON

/// The fingerprint of a canary's steps, equal to Argo Rollouts', so that a live rollout is taken over at its step.
///
/// Source: FNV-1a over Go's JSON of `[]CanaryStep`: keys in the order of the struct, empty ones left out.
package enum StepHash {
    /// - Parameter steps: `spec.strategy.canary.steps` as written; `nil` when there are none.
    package static func of(_ steps: JSONValue?) -> String {
        SafeHash.of(text(steps))
    }

    /// The text that is hashed.
    static func text(_ steps: JSONValue?) -> String {
        guard let elements = steps?.arrayValue else { return "null" }
        return GoJSON.array(elements.map(step))
    }

    private static func step(_ value: JSONValue) -> String {
        var fields: [(key: String, value: String)] = []
        for key in ["setWeight", "pause", "setCanaryScale"] {
            guard let field = value[key], !field.isNull else { continue }
            fields.append((key, field.objectValue == nil ? GoJSON.text(field) : object(field)))
        }
        if let route = value["setHeaderRoute"], route.objectValue != nil {
            fields.append(("setHeaderRoute", headerRoute(route)))
        }
        return GoJSON.object(fields)
    }

    private static func headerRoute(_ value: JSONValue) -> String {
        var fields: [(key: String, value: String)] = []
        if let name = value["name"]?.stringValue, !name.isEmpty { fields.append(("name", GoJSON.quoted(name))) }
        let matches = value["match"]?.arrayValue ?? []
        if !matches.isEmpty {
            fields.append(
                (
                    "match",
                    GoJSON.array(
                        matches.map { match in
                            GoJSON.object([
                                ("headerName", GoJSON.quoted(match["headerName"]?.stringValue ?? "")),
                                ("headerValue", textMatch(match["headerValue"])),
                            ])
                        })
                ))
        }
        return GoJSON.object(fields)
    }

    private static func textMatch(_ value: JSONValue?) -> String {
        guard let value, value.objectValue != nil else { return "null" }
        return GoJSON.object(
            ["exact", "prefix", "regex"].compactMap { key in
                value[key]?.stringValue.flatMap { $0.isEmpty ? nil : (key: key, value: GoJSON.quoted($0)) }
            })
    }

    private static func object(_ value: JSONValue) -> String {
        var fields: [(key: String, value: String)] = []
        for key in ["duration", "weight", "replicas", "matchTrafficWeight"] {
            guard let field = value[key], !field.isNull, field != false else { continue }
            fields.append((key, GoJSON.text(field)))
        }
        return GoJSON.object(fields)
    }
}
