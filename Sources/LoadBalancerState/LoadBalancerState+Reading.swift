package import ELBModel

/// What is there, for those who look without calling: nothing is counted, refused or put into pages.
extension LoadBalancerState {
    /// Every rule of every listener, the default ones too, listeners in the order of their creation.
    package var allRules: [Rule] { listeners.ordered.flatMap(\.rules) }

    /// The value of a tag of every target group that has it.
    package func targetGroups(taggedWith key: String) -> [TargetGroupARN: String] {
        var result: [TargetGroupARN: String] = [:]
        for arn in targetGroups.keys {
            result[arn] = tags[arn.rawValue]?.first { $0.key == key }?.value
        }
        return result
    }
}
