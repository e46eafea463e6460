extension ELBRequest {
    /// Lists rules: of a listener in order of priority, or those named.
    package struct DescribeRules: WireStructure {
        /// This one, or the next.
        package var listenerARN: ListenerARN?
        /// The ones named.
        package var ruleARNs: [RuleARN]
        /// Where to go on, from the page before.
        package var marker: String?
        /// 1...400 items; `nil` for the most.
        package var pageSize: Int?

        /// Sets every part.
        package init(
            listenerARN: ListenerARN? = nil, ruleARNs: [RuleARN] = [], marker: String? = nil, pageSize: Int? = nil
        ) {
            self.listenerARN = listenerARN
            self.ruleARNs = ruleARNs
            self.marker = marker
            self.pageSize = pageSize
        }

        /// Everything empty, to read into.
        package static var blank: Self { Self() }

        /// The wire names.
        package mutating func map(_ wire: inout WireMapper) {
            wire.field("ListenerArn", &listenerARN)
            wire.field("RuleArns", &ruleARNs)
            wire.field("Marker", &marker)
            wire.field("PageSize", &pageSize)
        }
    }

    /// Adds a rule to a listener.
    package struct CreateRule: WireStructure {
        /// To which listener.
        package var listenerARN: ListenerARN
        /// All of them must hold.
        package var conditions: [RuleCondition]
        /// 1...50000, unique in the listener; the lowest is evaluated first.
        package var priority: Int
        /// What happens when the conditions hold.
        package var actions: [Action]
        /// Tags to begin with.
        package var tags: [Tag]

        /// Sets every part.
        package init(
            listenerARN: ListenerARN, conditions: [RuleCondition], priority: Int, actions: [Action], tags: [Tag] = []
        ) {
            self.listenerARN = listenerARN
            self.conditions = conditions
            self.priority = priority
            self.actions = actions
            self.tags = tags
        }

        /// Everything empty, to read into.
        package static var blank: Self { Self(listenerARN: "", conditions: [], priority: 0, actions: []) }

        /// The wire names.
        package mutating func map(_ wire: inout WireMapper) {
            wire.required("ListenerArn", &listenerARN)
            wire.required("Conditions", &conditions)
            wire.required("Priority", &priority)
            wire.required("Actions", &actions)
            wire.field("Tags", &tags)
            wire.refuse("Transforms", because: "requests are forwarded unchanged")
        }
    }

    /// Changes what is given, keeps the rest; a given list replaces the whole list.
    package struct ModifyRule: WireStructure {
        /// Which one.
        package var arn: RuleARN
        /// Empty keeps them.
        package var conditions: [RuleCondition]
        /// Empty keeps them.
        package var actions: [Action]

        /// Sets every part.
        package init(arn: RuleARN, conditions: [RuleCondition] = [], actions: [Action] = []) {
            self.arn = arn
            self.conditions = conditions
            self.actions = actions
        }

        /// Everything empty, to read into.
        package static var blank: Self { Self(arn: "") }

        /// The wire names.
        package mutating func map(_ wire: inout WireMapper) {
            wire.required("RuleArn", &arn)
            wire.field("Conditions", &conditions)
            wire.field("Actions", &actions)
            wire.refuse("Transforms", because: "requests are forwarded unchanged")
        }
    }

    /// Removes a rule.
    package struct DeleteRule: WireStructure {
        /// Which one.
        package var arn: RuleARN

        /// Sets every part.
        package init(arn: RuleARN) {
            self.arn = arn
        }

        /// Everything empty, to read into.
        package static var blank: Self { Self(arn: "") }

        /// The wire names.
        package mutating func map(_ wire: inout WireMapper) {
            wire.required("RuleArn", &arn)
        }
    }

    /// Moves rules, all at once or not at all.
    package struct SetRulePriorities: WireStructure {
        /// The rules that move.
        package var priorities: [RulePriorityPair]

        /// Sets every part.
        package init(priorities: [RulePriorityPair]) {
            self.priorities = priorities
        }

        /// Everything empty, to read into.
        package static var blank: Self { Self(priorities: []) }

        /// The wire names.
        package mutating func map(_ wire: inout WireMapper) {
            wire.required("RulePriorities", &priorities)
        }
    }
}

/// A rule and where it moves to.
package struct RulePriorityPair: WireStructure {
    /// The rule.
    package var ruleARN: RuleARN
    /// 1...50000.
    package var priority: Int

    /// Sets every part.
    package init(ruleARN: RuleARN, priority: Int) {
        self.ruleARN = ruleARN
        self.priority = priority
    }

    /// Everything empty, to read into.
    package static var blank: Self { Self(ruleARN: "", priority: 0) }

    /// The wire names.
    package mutating func map(_ wire: inout WireMapper) {
        wire.required("RuleArn", &ruleARN)
        wire.required("Priority", &priority)
    }
}
