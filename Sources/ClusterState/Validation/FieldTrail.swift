/// The way from the top of a document to a value in it.
struct FieldTrail: Sendable {
    private enum Step: Sendable {
        case member(String)
        case element(Int)
    }

    private var steps: [Step] = []

    mutating func enter(_ member: String) { steps.append(.member(member)) }

    mutating func enter(_ element: Int) { steps.append(.element(element)) }

    mutating func leave() { steps.removeLast() }

    /// The name of the member the way ends with; `nil` at an entry of a list.
    var member: String? {
        guard case .member(let name) = steps.last else { return nil }
        return name
    }

    /// `spec.containers[0].name`; empty at the top.
    var text: String {
        var text = ""
        for step in steps {
            switch step {
            case .member(let name): text += text.isEmpty ? name : ".\(name)"
            case .element(let index): text += "[\(index)]"
            }
        }
        return text
    }
}
