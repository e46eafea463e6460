package import JSON

/// `antiAffinity`: the pods of a new version keep away from the nodes of the stable one.
///
/// Source: argo-rollouts "Anti Affinity"; the term it injects is recognised to the field, so that ReplicaSets made by
/// either controller are the same to the other.
package enum AntiAffinity: Hashable, Sendable {
    case required
    /// With a weight of 1...100.
    case preferred(weight: Int)

    private static let requiredField = "requiredDuringSchedulingIgnoredDuringExecution"
    private static let preferredField = "preferredDuringSchedulingIgnoredDuringExecution"
    private static let topologyKey = "kubernetes.io/hostname"

    /// Reads the field; its path has no word of the strategy, as with Argo Rollouts.
    init(_ reader: FieldReader) throws(FieldError) {
        let path = "spec.strategy.antiAffinity"
        let isRequired = reader.has(Self.requiredField)
        guard isRequired != reader.has(Self.preferredField) else {
            throw FieldError(
                path, .invalid(value: reader.value.text), "AntiAffinity must have exactly one strategy listed")
        }
        guard !isRequired else {
            self = .required
            return
        }
        let weight = try reader.object(Self.preferredField).int("weight") ?? 0
        guard (1...100).contains(weight) else {
            throw FieldError(
                "\(path).\(Self.preferredField).weight", .invalid(value: "\(weight)"),
                "AntiAffinity weight must be between 1-100")
        }
        self = .preferred(weight: weight)
    }

    /// Adds the rule against a version to a pod template.
    ///
    /// - Parameter hash: of the version to keep away from.
    package func injected(into template: JSONValue, against hash: String, namespace: String) -> JSONValue {
        let term: JSONValue = [
            "labelSelector": [
                "matchExpressions": [
                    ["key": .string(RolloutKeys.podTemplateHash), "operator": "In", "values": [.string(hash)]]
                ]
            ], "namespaces": [.string(namespace)], "topologyKey": .string(Self.topologyKey),
        ]
        var result = template
        let field: String
        let entry: JSONValue
        switch self {
        case .required: (field, entry) = (Self.requiredField, term)
        case .preferred(let weight):
            (field, entry) = (Self.preferredField, ["weight": .int(weight), "podAffinityTerm": term])
        }
        let rules = result.at("spec", "affinity", "podAntiAffinity", field)?.arrayValue ?? []
        result.set(.array(rules + [entry]), at: "spec", "affinity", "podAntiAffinity", field)
        return result
    }

    /// A pod template without the rules that were injected.
    package static func stripped(from template: JSONValue) -> JSONValue {
        guard var rules = template.at("spec", "affinity", "podAntiAffinity") else { return template }
        var result = template
        for field in [requiredField, preferredField] {
            guard let list = rules[field]?.arrayValue else { continue }
            let kept = list.filter { hash(of: $0["podAffinityTerm"] ?? $0) == nil }
            rules[field] = kept.isEmpty ? JSONValue?.none : .array(kept)
        }
        result.set(rules == [:] ? nil : rules, at: "spec", "affinity", "podAntiAffinity")
        if result.at("spec", "affinity") == [:] { result.set(nil, at: "spec", "affinity") }
        return result
    }

    /// The version that an injected rule of a pod template keeps away from; `nil` when it has none.
    package static func target(in template: JSONValue) -> String? {
        let rules = template.at("spec", "affinity", "podAntiAffinity")
        let required = rules?[requiredField]?.arrayValue ?? []
        let preferred = (rules?[preferredField]?.arrayValue ?? []).compactMap { $0["podAffinityTerm"] }
        return (required + preferred).compactMap(hash(of:)).first
    }

    /// The hash in a term of the injected form.
    private static func hash(of term: JSONValue) -> String? {
        guard term["topologyKey"]?.stringValue == topologyKey,
            let expressions = term.at("labelSelector", "matchExpressions")?.arrayValue, expressions.count == 1,
            expressions[0]["key"]?.stringValue == RolloutKeys.podTemplateHash, expressions[0]["operator"] == "In",
            let values = expressions[0]["values"]?.arrayValue, values.count == 1
        else { return nil }
        return values[0].stringValue
    }
}
