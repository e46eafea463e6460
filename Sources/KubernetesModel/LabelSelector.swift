package import JSON

/// A set of requirements on labels; all must hold. No requirement matches everything.
///
/// Source: `metav1.LabelSelector` and the `labelSelector` query parameter of the Kubernetes API.
package struct LabelSelector: Hashable, Sendable {
    /// One requirement on one label.
    package struct Requirement: Hashable, Sendable {
        package enum Operator: String, Hashable, Sendable {
            case isIn = "In"
            case notIn = "NotIn"
            case exists = "Exists"
            case doesNotExist = "DoesNotExist"
        }

        package var key: String
        package var `operator`: Operator
        /// Sorted; empty for `exists` and `doesNotExist`.
        package var values: [String]

        package init(key: String, operator: Operator, values: [String] = []) {
            self.key = key
            self.operator = `operator`
            self.values = values.sorted()
        }

        package func matches(_ labels: [String: String]) -> Bool {
            matches(value: labels[key])
        }

        /// Whether a label with that value, or without one, meets it.
        func matches(value: String?) -> Bool {
            switch `operator` {
            case .isIn: value.map(values.contains) ?? false
            case .notIn: !(value.map(values.contains) ?? false)
            case .exists: value != nil
            case .doesNotExist: value == nil
            }
        }
    }

    package var requirements: [Requirement]

    package init(requirements: [Requirement] = []) {
        self.requirements = requirements
    }

    /// The selector that `matchLabels` alone makes.
    package init(matchLabels: [String: String]) {
        requirements = matchLabels.keys.sorted().map { key in
            Requirement(key: key, operator: .isIn, values: [matchLabels[key] ?? ""])
        }
    }

    /// Whether every requirement holds.
    package func matches(_ labels: [String: String]) -> Bool {
        requirements.allSatisfy { $0.matches(labels) }
    }

    /// Whether every requirement holds for the labels of an object.
    package func matches(labelsOf object: KubernetesObject) -> Bool {
        requirements.allSatisfy { $0.matches(value: object.label($0.key)) }
    }

    package var isEmpty: Bool { requirements.isEmpty }
}

extension LabelSelector {
    /// Reads a `metav1.LabelSelector` document: `matchLabels` and `matchExpressions`.
    package init(document: JSONValue) throws(SelectorError) {
        var requirements: [Requirement] = []
        for (key, value) in document["matchLabels"]?.objectValue?.sortedByKey ?? [:] {
            requirements.append(Requirement(key: key, operator: .isIn, values: [value.stringValue ?? ""]))
        }
        for expression in document["matchExpressions"]?.arrayValue ?? [] {
            let name = expression["operator"]?.stringValue ?? ""
            guard let found = Requirement.Operator(rawValue: name) else {
                let problem = "\"\(name)\" is not a label selector operator; use In, NotIn, Exists or DoesNotExist"
                throw SelectorError(text: expression.text, problem: problem)
            }
            let values = (expression["values"]?.arrayValue ?? []).compactMap(\.stringValue)
            requirements.append(
                Requirement(key: expression["key"]?.stringValue ?? "", operator: found, values: values))
        }
        self.init(requirements: requirements)
    }
}

/// A selector that cannot be read.
package struct SelectorError: Error, Hashable, CustomStringConvertible {
    /// What was given.
    package var text: String
    package var problem: String

    package init(text: String, problem: String) {
        self.text = text
        self.problem = problem
    }

    package var description: String { "unable to parse selector \"\(text)\": \(problem)" }
}
