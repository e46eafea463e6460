import JSON
package import KubernetesModel

/// The fields of a PodDisruptionBudget that its controller reads.
///
/// Source: policy/v1 PodDisruptionBudget.
package struct DisruptionBudgetView: Sendable {
    /// A number of pods or a share of them.
    package enum Amount: Equatable, Sendable {
        case pods(Int)
        case percent(Int)

        /// Reads an `IntOrString`; `nil` for what is neither.
        init?(_ document: JSONValue?) {
            if let number = document?.intValue {
                self = .pods(number)
            } else if let text = document?.stringValue, text.hasSuffix("%"), let number = Int(text.dropLast()) {
                self = .percent(number)
            } else {
                return nil
            }
        }

        /// How many of `total` pods that is; shares are rounded up.
        func count(of total: Int) -> Int {
            switch self {
            case .pods(let number): number
            case .percent(let percent): (percent * total + 99) / 100
            }
        }
    }

    package var object: KubernetesObject

    package init(_ object: KubernetesObject) {
        self.object = object
    }

    package var minAvailable: Amount? { Amount(object.spec["minAvailable"]) }
    package var maxUnavailable: Amount? { Amount(object.spec["maxUnavailable"]) }

    /// `spec.selector`; an empty one selects every pod, a missing one none.
    package var selector: LabelSelector? {
        guard let document = object.spec["selector"] else { return nil }
        switch Result(catching: { () throws(SelectorError) in try LabelSelector(document: document) }) {
        case .success(let selector): return selector
        case .failure: return nil
        }
    }

    /// Pods whose eviction was granted and that may still be there: when it was, by name.
    package var disruptedPods: [String: Timestamp] {
        var pods: [String: Timestamp] = [:]
        for (name, time) in object.status["disruptedPods"]?.objectValue ?? [:] {
            pods[name] = time.stringValue.flatMap(Timestamp.init(parsing:))
        }
        return pods
    }
}
