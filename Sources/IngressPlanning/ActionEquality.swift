import ELBModel

/// Whether two actions mean the same, though AWS spells out what was left unsaid.
enum ActionEquality {
    static func areSame(_ left: [Action], _ right: [Action]) -> Bool {
        left.map(normalised) == right.map(normalised)
    }

    /// Groups sorted by ARN; the weight of a lone group and the duration of disabled stickiness do not count; missing
    /// parts of a redirect keep the request's.
    static func normalised(_ action: Action) -> Action {
        switch action {
        case .forward(var forward):
            forward.targetGroups.sort { $0.arn < $1.arn }
            if forward.targetGroups.count == 1 { forward.targetGroups[0].weight = nil }
            for index in forward.targetGroups.indices where forward.targetGroups.count > 1 {
                forward.targetGroups[index].weight = forward.targetGroups[index].weight ?? 1
            }
            if forward.stickiness?.isEnabled != true { forward.stickiness = nil }
            return .forward(forward)
        case .redirect(let redirect): return .redirect(redirect.filled)
        case .fixedResponse(var response):
            if response.messageBody == "" { response.messageBody = nil }
            return .fixedResponse(response)
        case .other: return action
        }
    }
}

/// Whether two condition lists mean the same: the order of conditions does not count, that of values does.
enum ConditionEquality {
    static func areSame(_ left: [RuleCondition], _ right: [RuleCondition]) -> Bool {
        guard left.count == right.count else { return false }
        var rest = right
        for condition in left {
            guard let index = rest.firstIndex(of: condition) else { return false }
            rest.remove(at: index)
        }
        return true
    }
}
