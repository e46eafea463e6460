/// A rule of a listener as DescribeRules shows it.
package struct Rule: WireStructure {
    /// Its identity.
    package var arn: RuleARN
    /// Its place; the default rule comes last.
    package var priority: RulePriority
    /// All of them must hold; empty for the default rule.
    package var conditions: [RuleCondition]
    /// What happens when the conditions hold.
    package var actions: [Action]

    /// Sets every part.
    package init(arn: RuleARN, priority: RulePriority, conditions: [RuleCondition] = [], actions: [Action]) {
        self.arn = arn
        self.priority = priority
        self.conditions = conditions
        self.actions = actions
    }

    /// Whether this is the listener's default rule, which cannot be moved or deleted.
    package var isDefault: Bool { priority == .last }

    /// Everything empty, to read into.
    package static var blank: Rule { Rule(arn: "", priority: .last, actions: []) }

    /// The wire names. Rewrites of the request are always reported as none.
    package mutating func map(_ wire: inout WireMapper) {
        wire.required("RuleArn", &arn)
        wire.field("Priority", &priority)
        wire.write("IsDefault", .text(isDefault.wireText))
        wire.field("Conditions", &conditions)
        wire.showEmpty("Conditions", conditions)
        wire.field("Actions", &actions)
        wire.write("Transforms", .list([]))
    }
}

/// The place of a rule in its listener: the lowest number is evaluated first, the default rule last.
package enum RulePriority: Hashable, Comparable, WireScalar, CustomStringConvertible, ExpressibleByIntegerLiteral {
    /// 1...50000.
    case at(Int)
    /// The default rule; `default` on the wire.
    case last

    /// A numbered priority.
    package init(integerLiteral value: Int) { self = .at(value) }

    /// A number or `default`.
    package init?(wireText: String) {
        if wireText == "default" {
            self = .last
        } else if let number = Int(wireText) {
            self = .at(number)
        } else {
            return nil
        }
    }

    /// A number or `default`.
    package var wireText: String {
        switch self {
        case .at(let number): String(number)
        case .last: "default"
        }
    }

    /// For messages.
    package static var wireExpectation: String { "an integer or 'default'" }

    /// As on the wire.
    package var description: String { wireText }

    /// The number; `nil` for the default rule.
    package var number: Int? {
        switch self {
        case .at(let number): number
        case .last: nil
        }
    }
}
