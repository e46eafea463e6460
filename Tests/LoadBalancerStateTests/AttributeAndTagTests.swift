import ELBModel
import LoadBalancerState
import Testing

@Suite("Attributes and tags") struct AttributeAndTagTests {
    var service = Service()
    let balancer: LoadBalancerARN
    let listener: ListenerARN
    let group: TargetGroupARN

    init() throws {
        balancer = try service.makeLoadBalancer()
        listener = try service.makeListener(on: balancer)
        group = try service.makeGroup()
    }

    @Test mutating func `all defaults are listed`() throws {
        let ofGroup = try service.call(.describeTargetGroupAttributes(.init(arn: group))).attributes
        #expect(ofGroup.count == 14)
        #expect(ofGroup["deregistration_delay.timeout_seconds"] == "300")
        #expect(ofGroup["load_balancing.algorithm.type"] == "round_robin")
        let ofBalancer = try service.call(.describeLoadBalancerAttributes(.init(arn: balancer))).attributes
        #expect(ofBalancer["idle_timeout.timeout_seconds"] == "60")
        #expect(ofBalancer["routing.http2.enabled"] == "true")
        #expect(ofBalancer.count == 23)
        #expect(try service.call(.describeListenerAttributes(.init(arn: listener))).attributes.count == 11)
    }

    @Test mutating func `a change answers with the whole list and keeps the rest`() throws {
        let delay = [Attribute(key: "deregistration_delay.timeout_seconds", value: "0")]
        let answer = try service.call(.modifyTargetGroupAttributes(.init(arn: group, attributes: delay)))
        #expect(answer.attributes.count == 14)
        #expect(answer.attributes["deregistration_delay.timeout_seconds"] == "0")
        let sticky = [Attribute(key: "stickiness.enabled", value: "true")]
        try service.call(.modifyTargetGroupAttributes(.init(arn: group, attributes: sticky)))
        let shown = try service.call(.describeTargetGroupAttributes(.init(arn: group))).attributes
        #expect(shown["deregistration_delay.timeout_seconds"] == "0")
        #expect(shown["stickiness.enabled"] == "true")
    }

    @Test(
        "impossible settings of a group are refused and change nothing",
        arguments: [
            ([("no.such.key", "1")], ELBFailure.Code.validationError),
            ([("deregistration_delay.timeout_seconds", "3601")], .validationError),
            ([("stickiness.enabled", "yes")], .validationError),
            ([("slow_start.duration_seconds", "29")], .validationError),
            (
                [("stickiness.enabled", "true"), ("load_balancing.cross_zone.enabled", "false")],
                .invalidConfigurationRequest
            ),
            ([("stickiness.enabled", "true"), ("stickiness.type", "app_cookie")], .invalidConfigurationRequest),
            (
                [("slow_start.duration_seconds", "30"), ("load_balancing.algorithm.type", "weighted_random")],
                .invalidConfigurationRequest
            ),
        ])
    mutating func refused(settings: [(String, String)], code: ELBFailure.Code) throws {
        let before = try service.call(.describeTargetGroupAttributes(.init(arn: group)))
        let call = ELBRequest.modifyTargetGroupAttributes(
            .init(arn: group, attributes: settings.map { Attribute(key: $0.0, value: $0.1) }))
        #expect(service.refusal(call)?.code == code)
        #expect(try service.call(.describeTargetGroupAttributes(.init(arn: group))) == before)
    }

    @Test mutating func `the limits of a delay are possible`() throws {
        for value in ["0", "3600"] {
            let delay = [Attribute(key: "deregistration_delay.timeout_seconds", value: value)]
            try service.call(.modifyTargetGroupAttributes(.init(arn: group, attributes: delay)))
        }
    }

    @Test mutating func `groups with sticky targets need sticky groups beside others`() throws {
        let sticky = [Attribute(key: "stickiness.enabled", value: "true")]
        try service.call(.modifyTargetGroupAttributes(.init(arn: group, attributes: sticky)))
        let other = try service.makeGroup("b")
        let call = ELBRequest.modifyListener(.init(arn: listener, defaultActions: [forward([(group, 1), (other, 1)])]))
        #expect(service.refusal(call)?.code == .invalidConfigurationRequest)
        let action = ForwardAction(
            targetGroups: [.init(arn: group), .init(arn: other)], stickiness: .init(isEnabled: true, durationSeconds: 1)
        )
        try service.call(.modifyListener(.init(arn: listener, defaultActions: [.forward(action)])))
    }

    @Test mutating func `tags live on all four kinds and are added, replaced and removed`() throws {
        let rule = try service.makeRule(listener, 1)
        let arns = [balancer.rawValue, listener.rawValue, rule.rawValue, group.rawValue]
        let first = [Tag(key: "a", value: "1"), Tag(key: "b", value: "")]
        try service.call(.addTags(.init(resourceARNs: arns, tags: first)))
        try service.call(.addTags(.init(resourceARNs: arns, tags: [.init(key: "a", value: "2"), .init(key: "c")])))
        try service.call(.removeTags(.init(resourceARNs: arns, tagKeys: ["b", "unknown"])))
        let expected = arns.map {
            TagDescription(resourceARN: $0, tags: [Tag(key: "a", value: "2"), Tag(key: "c", value: "")])
        }
        #expect(try service.call(.describeTags(.init(resourceARNs: arns))) == .tags(expected))
    }

    @Test mutating func `tags given at creation are there at once`() throws {
        let tag = Tag(key: "ingress.k8s.aws/stack", value: "shop/web")
        let call = ELBRequest.createTargetGroup(
            .init(name: "t", protocol: .http, port: 1, vpcID: "vpc-1", targetType: .ip, tags: [tag]))
        let arn = try service.call(call).groupList[0].arn.rawValue
        #expect(
            try service.call(.describeTags(.init(resourceARNs: [arn]))) == .tags([.init(resourceARN: arn, tags: [tag])])
        )
    }

    @Test mutating func `tags have limits`() throws {
        let arn = group.rawValue
        func add(_ tags: [ELBModel.Tag]) -> ELBRequest { .addTags(.init(resourceARNs: [arn], tags: tags)) }
        try service.call(add((1...50).map { Tag(key: "k\($0)") }))
        #expect(service.refusal(add([Tag(key: "k51")]))?.code == .tooManyTags)
        try service.call(add([Tag(key: "k50", value: "again")]))
        #expect(service.refusal(add([Tag(key: "x"), Tag(key: "x")]))?.code == .duplicateTagKeys)
        #expect(service.refusal(add([Tag(key: "x", value: "a{b}")]))?.code == .validationError)
        let many = Array(repeating: arn, count: 21)
        #expect(service.refusal(.describeTags(.init(resourceARNs: many)))?.code == .validationError)
        try service.call(.describeTags(.init(resourceARNs: Array(repeating: arn, count: 20))))
        let gone = String(arn.dropLast() + "x")
        #expect(service.refusal(.describeTags(.init(resourceARNs: [gone])))?.code == .targetGroupNotFound)
        #expect(service.refusal(.describeTags(.init(resourceARNs: ["arn:x"])))?.code == .validationError)
    }

    @Test mutating func `the account's limits have the names and values of the service`() throws {
        guard case .accountLimits(let limits, _) = try service.call(.describeAccountLimits(.init())) else { return }
        #expect(limits.contains(AccountLimit(name: "rules-per-application-load-balancer", max: "100")))
        #expect(limits.contains(AccountLimit(name: "target-groups", max: "3000")))
    }
}
