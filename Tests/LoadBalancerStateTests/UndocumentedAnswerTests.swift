import ELBModel
import KubernetesModel
import LoadBalancerState
import RequestRouting
import Testing

@Suite("Answers that AWS does not document") struct UndocumentedAnswerTests {
    @Test(
        "a new target fails by the threshold, or at once when so chosen",
        arguments: [
            (false, "10.0.0.1:8080 initial (Elb.InitialHealthChecking)"),
            (true, "10.0.0.1:8080 unhealthy (Target.ResponseCodeMismatch)"),
        ])
    func newTarget(atOnce: Bool, expected: String) throws {
        var service = Service { $0.answers.failsNewTargetsAtOnce = atOnce }
        let group = try usedGroup(&service)
        service.wait(.seconds(1))
        service.check(.status(500))
        #expect(try service.health(group) == [expected])
    }

    @Test("a draining target that is registered again starts anew, or as it was", arguments: [false, true])
    func drainingTarget(restores: Bool) throws {
        var service = Service { $0.answers.restoresDrainingTargets = restores }
        let group = try usedGroup(&service)
        service.wait(.seconds(1))
        service.check()
        try service.deregister("10.0.0.1", in: group)
        try service.register("10.0.0.1", in: group)
        let expected: String = restores ? "10.0.0.1:8080 healthy" : "10.0.0.1:8080 initial (Elb.RegistrationInProgress)"
        #expect(try service.health(group) == [expected])
    }

    @Test("tags count in a repeated creation only when so chosen", arguments: [false, true])
    func tags(compares: Bool) throws {
        var service = Service { $0.answers.comparesTags = compares }
        let plain = ELBRequest.CreateTargetGroup(
            name: "a", protocol: .http, port: 8080, vpcID: "vpc-0a1b2c3d4e5f60718", targetType: .ip)
        var tagged = plain
        tagged.tags = [Tag(key: "a", value: "b")]
        try service.call(.createTargetGroup(plain))
        try service.call(.createTargetGroup(plain))
        if compares {
            #expect(service.refusal(.createTargetGroup(tagged))?.code == .duplicateTargetGroupName)
        } else {
            try service.call(.createTargetGroup(tagged))
        }
    }

    @Test("a load balancer without groups has an empty list, or is refused", arguments: [false, true])
    func noGroups(misses: Bool) throws {
        var service = Service { $0.answers.missesTargetGroups = misses }
        let balancer = try service.makeLoadBalancer()
        let call = ELBRequest.describeTargetGroups(.init(loadBalancerARN: balancer))
        if misses {
            #expect(service.refusal(call)?.code == .targetGroupNotFound)
        } else {
            #expect(try service.call(call).groupList.isEmpty)
        }
    }

    @Test(
        "calls beyond the budget have the code that is chosen",
        arguments: [(false, "Throttling"), (true, "ThrottlingException")])
    func throttling(byException: Bool, expected: ELBFailure.Code) {
        var service = Service { $0.answers.throttlesByException = byException }
        service.state.throttleNext(nil)
        #expect(service.refusal(.describeLoadBalancers(.init()))?.code == expected)
    }

    @Test func `draws reach both values of every choice and answer`() {
        var generator = SeededGenerator(seed: 1)
        let choices = (0..<40).map { _ in UndocumentedChoices.drawn(using: &generator) }
        for choice in UndocumentedChoices.all {
            #expect(Set(choices.map { $0[keyPath: choice.path] }).count == 2, "\(choice.name)")
        }
        let answers = (0..<40).map { _ in UndocumentedAnswers.drawn(using: &generator) }
        for answer in UndocumentedAnswers.all {
            #expect(Set(answers.map { $0[keyPath: answer.path] }).count == 2, "\(answer.name)")
        }
    }

    @Test func `changed choices reach the nodes of load balancers that exist`() throws {
        var service = Service()
        let balancer = try service.makeLoadBalancer()
        service.wait(.seconds(1))
        service.state.configure { $0.choices.usesInitialTargets = true }
        let view = service.state.dataPlane(of: balancer, node: 0, now: service.now)
        #expect(view?.settings.choices.usesInitialTargets == true)
    }

    @Test func `a reset deletes everything and later ids are new`() throws {
        var service = Service()
        let group = try usedGroup(&service)
        service.state.throttleNext(nil, count: 5)
        service.state.reset()
        #expect(try service.call(.describeLoadBalancers(.init())).loadBalancerList.isEmpty)
        #expect(try service.call(.describeTargetGroups(.init())).groupList.isEmpty)
        #expect(service.state.callCounts == ["DescribeLoadBalancers": 1, "DescribeTargetGroups": 1])
        #expect(try service.makeGroup() != group)
    }

    @Test func `a target that joins healthy ones begins with a small share`() throws {
        var service = Service()
        let group = try usedGroup(&service)
        try service.call(
            .modifyTargetGroupAttributes(
                .init(arn: group, attributes: [Attribute(key: "slow_start.duration_seconds", value: "30")])))
        service.wait(.seconds(1))
        service.check()
        try service.register("10.0.0.2", in: group)
        service.wait(.seconds(1))
        service.check()
        let balancer = service.state.allLoadBalancers[0].arn
        let targets = service.state.dataPlane(of: balancer, node: 0, now: service.now)?.targetGroups[group]?.targets
        #expect(targets?.map(\.slowStartSince) == [nil, service.now.secondsSinceEpoch])
    }

    @Test func `certificates are kept beside the default one, each once`() throws {
        var service = Service()
        let balancer = try service.makeLoadBalancer()
        let arns = (0..<2).map { "arn:aws:acm:us-west-2:123456789012:certificate/\($0)" }
        let call = ELBRequest.CreateListener(
            loadBalancerARN: balancer, protocol: .https, port: 443, certificates: [Certificate(arn: arns[0])],
            defaultActions: [notFound])
        let listener = try service.call(.createListener(call)).listenerList[0].arn
        let second = ELBRequest.ListenerCertificates(arn: listener, certificates: [Certificate(arn: arns[1])])
        for _ in 0..<2 { try service.call(.addListenerCertificates(second)) }
        let shown = try service.call(.describeListenerCertificates(.init(arn: listener)))
        #expect(
            shown
                == .certificates(
                    [Certificate(arn: arns[0], isDefault: true), Certificate(arn: arns[1], isDefault: false)],
                    nextMarker: nil))
        try service.call(.removeListenerCertificates(second))
        let first = ELBRequest.ListenerCertificates(arn: listener, certificates: [Certificate(arn: arns[0])])
        #expect(service.refusal(.removeListenerCertificates(first))?.code == .operationNotPermitted)
        #expect(service.refusal(.describeSSLPolicies(.init(names: ["missing"])))?.code == .sslPolicyNotFound)
    }

    /// A group with one target, used by a listener.
    private func usedGroup(_ service: inout Service) throws -> TargetGroupARN {
        let group = try service.makeGroup()
        try service.register("10.0.0.1", in: group)
        let balancer = try service.makeLoadBalancer()
        _ = try service.makeListener(on: balancer, forward(group))
        return group
    }
}
