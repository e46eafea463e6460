import ELBModel
import KubernetesModel

/// Operations on target groups.
extension LoadBalancerState {
    mutating func createTargetGroup(_ call: ELBRequest.CreateTargetGroup) throws(ELBFailure) -> ELBResponse {
        let group = try checkedGroup(call)
        try TagValidation.check(call.tags)
        if let existing = targetGroups.ordered.first(where: { $0.targetGroup.name == call.name }) {
            var compared = group
            compared.arn = existing.targetGroup.arn
            guard compared == existing.targetGroup, hasSameTags(call.tags, as: existing.targetGroup.arn.rawValue) else {
                let message = "A target group with the same name '\(call.name)' exists, but with different settings"
                throw ELBFailure(.duplicateTargetGroupName, message)
            }
            return .targetGroups([shown(existing)], nextMarker: nil)
        }
        guard targetGroups.count < configuration.quotas.targetGroups else {
            let message = "The maximum number of target groups '\(configuration.quotas.targetGroups)' has been reached"
            throw ELBFailure(.tooManyTargetGroups, message)
        }
        let arn = makeTargetGroupARN(name: call.name)
        tags[arn.rawValue] = try TagValidation.merged([], call.tags, quota: configuration.quotas.tagsPerResource)
        var record = TargetGroupRecord(targetGroup: group, sequence: makeSequence())
        record.targetGroup.arn = arn
        targetGroups[arn] = record
        return .targetGroups([shown(record)], nextMarker: nil)
    }

    private func checkedGroup(_ call: ELBRequest.CreateTargetGroup) throws(ELBFailure) -> TargetGroup {
        try Names.check(call.name, of: "Target group")
        let type = call.targetType ?? .instance
        guard type == .ip || type == .instance else {
            throw .validation("Target type '\(type)' is not supported. Use 'ip' or 'instance'")
        }
        guard let transport = call.protocol else {
            throw .validation("A protocol must be specified for target groups with target type '\(type)'")
        }
        guard transport == .http || transport == .https else {
            throw .validation("Target group protocol '\(transport)' is not supported. Use 'HTTP' or 'HTTPS'")
        }
        guard let port = call.port else {
            throw .validation("A port must be specified for target groups with target type '\(type)'")
        }
        guard let vpcID = call.vpcID, !vpcID.isEmpty else {
            throw .validation("A VPC ID must be specified for target groups with target type '\(type)'")
        }
        guard vpcID == configuration.vpcID || configuration.acceptsUnknownNetworks && vpcID.hasPrefix("vpc-") else {
            throw .validation("The VPC ID '\(vpcID)' is not found")
        }
        try Names.check(port, at: "port", in: 1...65535)
        try Names.check(call.protocolVersion, at: "protocolVersion", in: [.http1, .http2, .grpc])
        try Names.check(call.ipAddressType, at: "ipAddressType", in: [.ipv4, .ipv6])
        let version = call.protocolVersion ?? .http1
        let check = try HealthCheckValidation.applied(
            call.healthCheck, to: HealthCheckValidation.defaults(version: version))
        return TargetGroup(
            arn: "", name: call.name, protocol: transport, protocolVersion: version, port: port, vpcID: vpcID,
            targetType: type, ipAddressType: call.ipAddressType ?? .ipv4, healthCheck: check)
    }

    mutating func modifyTargetGroup(_ call: ELBRequest.ModifyTargetGroup) throws(ELBFailure) -> ELBResponse {
        var record = try targetGroup(call.arn)
        record.targetGroup.healthCheck = try HealthCheckValidation.applied(
            call.healthCheck, to: record.targetGroup.healthCheck)
        targetGroups[call.arn] = record
        return .targetGroups([shown(record)], nextMarker: nil)
    }

    mutating func deleteTargetGroup(_ call: ELBRequest.DeleteTargetGroup) throws(ELBFailure) -> ELBResponse {
        try Names.check(call.arn, is: "target group")
        guard let record = targetGroups[call.arn] else { return .done }
        guard associations[call.arn] == nil, record.releasedAt.map({ $0 <= clock }) ?? true else {
            let message = "Target group '\(call.arn)' is currently in use by a listener or a rule"
            throw ELBFailure(.resourceInUse, message)
        }
        targetGroups[call.arn] = nil
        tags[call.arn.rawValue] = nil
        return .done
    }

    func describeTargetGroups(_ call: ELBRequest.DescribeTargetGroups) throws(ELBFailure) -> ELBResponse {
        let filters = [call.loadBalancerARN != nil, !call.arns.isEmpty, !call.names.isEmpty].count { $0 }
        guard filters <= 1 else {
            throw .validation("You can specify only one of: load balancer ARN, target group ARNs, target group names")
        }
        if !call.arns.isEmpty {
            var found: [TargetGroup] = []
            for arn in call.arns { found.append(shown(try targetGroup(arn))) }
            return .targetGroups(found, nextMarker: nil)
        }
        if !call.names.isEmpty {
            let found = targetGroups.ordered.filter { call.names.contains($0.targetGroup.name) }
            guard call.names.allSatisfy({ name in found.contains { $0.targetGroup.name == name } }) else {
                throw ELBFailure(.targetGroupNotFound, "One or more target groups not found")
            }
            return .targetGroups(found.map(shown), nextMarker: nil)
        }
        var records = targetGroups.ordered
        if let owner = call.loadBalancerARN {
            _ = try loadBalancer(owner)
            records = records.filter { associations[$0.targetGroup.arn] == owner }
            guard !records.isEmpty || !configuration.answers.missesTargetGroups else {
                throw ELBFailure(.targetGroupNotFound, "One or more target groups not found")
            }
        }
        let items = records.map { (position: $0.sequence, item: shown($0)) }
        let page = try Paging.page(
            items, operation: "DescribeTargetGroups", marker: call.marker, size: call.pageSize,
            sizeMax: configuration.quotas.pageSizeMax)
        return .targetGroups(page.items, nextMarker: page.nextMarker)
    }

    /// The record of a target group that must exist.
    func targetGroup(_ arn: TargetGroupARN) throws(ELBFailure) -> TargetGroupRecord {
        try Names.check(arn, is: "target group")
        guard let record = targetGroups[arn] else {
            throw ELBFailure(.targetGroupNotFound, "One or more target groups not found")
        }
        return record
    }

    private func shown(_ record: TargetGroupRecord) -> TargetGroup {
        var shown = record.targetGroup
        shown.loadBalancerARNs = associations[shown.arn].map { [$0] } ?? []
        return shown
    }
}
