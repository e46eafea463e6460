import JSON
import KubernetesModel

/// The requirements of a `labelSelector` parameter; all must hold.
///
/// Source: the selector grammar of the Kubernetes API, with its two comparisons of numbers, and its texts.
struct LabelQuery: Sendable, Equatable {
    enum Comparison: Sendable, Equatable {
        case isIn, notIn, exists, doesNotExist, greaterThan, lessThan
    }

    struct Requirement: Sendable, Equatable {
        var key: String
        var comparison: Comparison
        var values: [String] = []

        func matches(_ value: String?) -> Bool {
            switch comparison {
            case .isIn: return value.map(values.contains) ?? false
            case .notIn: return !(value.map(values.contains) ?? false)
            case .exists: return value != nil
            case .doesNotExist: return value == nil
            case .greaterThan, .lessThan:
                guard let value = value.flatMap(Int.init), let limit = values.first.flatMap(Int.init) else {
                    return false
                }
                return comparison == .greaterThan ? value > limit : value < limit
            }
        }
    }

    private(set) var requirements: [Requirement] = []

    var isEmpty: Bool { requirements.isEmpty }

    /// Reads `a=b,c!=d,e in (f,g),h notin (i),j,!k,l>1`.
    ///
    /// - Throws: 400 that says what was found in place of what.
    init(_ text: String) throws(KubernetesFailure) {
        guard !text.isEmpty else { return }
        var parser = LabelQueryParser(text)
        do throws(LabelQueryParser.Problem) {
            requirements = try parser.requirements()
        } catch {
            throw .badRequest(error.text)
        }
    }

    /// Whether the labels of a document satisfy every requirement; reads only the labels that are asked for.
    func matches(labelsOf document: JSONValue) -> Bool {
        let labels = document.at("metadata", "labels")
        return requirements.allSatisfy { $0.matches(labels?[$0.key]?.stringValue) }
    }
}
