import ELBModel

/// Operations on tags.
extension LoadBalancerState {
    func describeTags(_ call: ELBRequest.DescribeTags) throws(ELBFailure) -> ELBResponse {
        guard call.resourceARNs.count <= 20 else {
            throw .validation(
                "Cannot describe the tags of more than '20' resources in one call, got '\(call.resourceARNs.count)'")
        }
        var result: [TagDescription] = []
        for arn in call.resourceARNs {
            try checkExists(arn)
            result.append(TagDescription(resourceARN: arn, tags: tags[arn] ?? []))
        }
        return .tags(result)
    }

    mutating func addTags(_ call: ELBRequest.AddTags) throws(ELBFailure) -> ELBResponse {
        try TagValidation.check(call.tags)
        var changed: [(arn: String, tags: [Tag])] = []
        for arn in call.resourceARNs {
            try checkExists(arn)
            let quota = configuration.quotas.tagsPerResource
            changed.append((arn, try TagValidation.merged(tags[arn] ?? [], call.tags, quota: quota)))
        }
        for (arn, merged) in changed { tags[arn] = merged }
        return .done
    }

    mutating func removeTags(_ call: ELBRequest.RemoveTags) throws(ELBFailure) -> ELBResponse {
        for arn in call.resourceARNs { try checkExists(arn) }
        for arn in call.resourceARNs { tags[arn]?.removeAll { call.tagKeys.contains($0.key) } }
        return .done
    }

    private func checkExists(_ arn: String) throws(ELBFailure) {
        if LoadBalancerARN(rawValue: arn).isWellFormed {
            _ = try loadBalancer(LoadBalancerARN(rawValue: arn))
        } else if ListenerARN(rawValue: arn).isWellFormed {
            _ = try listener(ListenerARN(rawValue: arn))
        } else if RuleARN(rawValue: arn).isWellFormed {
            _ = try rule(RuleARN(rawValue: arn))
        } else if TargetGroupARN(rawValue: arn).isWellFormed {
            _ = try targetGroup(TargetGroupARN(rawValue: arn))
        } else {
            throw .validation("'\(arn)' is not a valid load balancer, listener, listener rule or target group ARN")
        }
    }

    /// Whether a repeated creation gives the tags that the resource has, where that matters.
    func hasSameTags(_ asked: [Tag], as arn: String) -> Bool {
        guard configuration.answers.comparesTags else { return true }
        return asked.sorted { $0.key < $1.key } == (tags[arn] ?? []).sorted { $0.key < $1.key }
    }
}
