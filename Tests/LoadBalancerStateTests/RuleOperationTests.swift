import ELBModel
import LoadBalancerState
import Testing

@Suite("Rules") struct RuleOperationTests {
    var service = Service()
    let balancer: LoadBalancerARN
    let listener: ListenerARN
    let a: TargetGroupARN
    let b: TargetGroupARN

    init() throws {
        balancer = try service.makeLoadBalancer()
        listener = try service.makeListener(on: balancer)
        a = try service.makeGroup("a")
        b = try service.makeGroup("b")
    }

    mutating func rules() throws -> [Rule] {
        try service.call(.describeRules(.init(listenerARN: listener))).ruleList
    }

    @Test mutating func `a forward to one group is shown with weight one and stickiness off`() throws {
        let arn = try service.makeRule(listener, 10, "/", forward(a))
        let expected = Action.forward(
            ForwardAction(targetGroups: [.init(arn: a, weight: 1)], stickiness: .init(isEnabled: false)))
        #expect(try rules().first { $0.arn == arn }?.actions == [expected])
    }

    @Test mutating func `changing weights keeps everything else`() throws {
        let canary = try service.makeRule(listener, 10, "/", forward([(a, 100), (b, 0)]))
        _ = try service.makeRule(listener, 20)
        let before = try rules()
        for (one, two) in [(90, 10), (50, 50), (0, 100)] {
            let answer = try service.call(.modifyRule(.init(arn: canary, actions: [forward([(a, one), (b, two)])])))
            #expect(answer.ruleList.first?.actions.first?.description == "forward a=\(one) b=\(two)")
            let after = try rules()
            #expect(after[0].actions == answer.ruleList[0].actions)
            #expect(after[0].arn == canary)
            #expect(after[0].conditions == before[0].conditions)
            #expect(Array(after[1...]) == Array(before[1...]))
        }
    }

    @Test mutating func `rules come in order of priority with the default last`() throws {
        for priority in [30, 10, 20] { _ = try service.makeRule(listener, priority) }
        let shown = try rules()
        #expect(shown.map(\.priority) == [10, 20, 30, .last])
        #expect(shown.map(\.isDefault) == [false, false, false, true])
        #expect(shown.last?.conditions == [])
        let arns = shown.map(\.arn)
        #expect(arns.allSatisfy { $0.isWellFormed })
    }

    @Test mutating func `the default rule and the listener's default actions are the same thing`() throws {
        let fallback = try #require(try rules().last)
        try service.call(.modifyRule(.init(arn: fallback.arn, actions: [forward(a)])))
        let shown = try service.call(.describeListeners(.init(listenerARNs: [listener]))).listenerList
        #expect(shown.first?.defaultActions.first?.description == "forward a=1")
        try service.call(.modifyListener(.init(arn: listener, defaultActions: [forward(b)])))
        #expect(try rules().last?.actions.first?.description == "forward b=1")
        let conditions = ELBRequest.modifyRule(.init(arn: fallback.arn, conditions: [.pathPattern(["/"])]))
        #expect(service.refusal(conditions)?.code == .operationNotPermitted)
        #expect(service.refusal(.deleteRule(.init(arn: fallback.arn)))?.code == .operationNotPermitted)
    }

    @Test mutating func `priorities can be swapped and shifted, and a conflict changes nothing`() throws {
        let one = try service.makeRule(listener, 1)
        let two = try service.makeRule(listener, 2)
        let three = try service.makeRule(listener, 3)
        let swap = [RulePriorityPair(ruleARN: one, priority: 2), RulePriorityPair(ruleARN: two, priority: 1)]
        try service.call(.setRulePriorities(.init(priorities: swap)))
        #expect(try rules().map(\.arn).prefix(3) == [two, one, three])
        try service.call(.setRulePriorities(.init(priorities: [.init(ruleARN: two, priority: 50000)])))
        #expect(try rules().map(\.arn).prefix(3) == [one, three, two])
        let before = try rules()
        let conflict = [RulePriorityPair(ruleARN: one, priority: 7), RulePriorityPair(ruleARN: two, priority: 3)]
        #expect(service.refusal(.setRulePriorities(.init(priorities: conflict)))?.code == .priorityInUse)
        #expect(try rules() == before)
        let fallback = [RulePriorityPair(ruleARN: before[3].arn, priority: 9)]
        #expect(service.refusal(.setRulePriorities(.init(priorities: fallback)))?.code == .operationNotPermitted)
    }

    @Test mutating func `a used priority is refused, a repeated creation is not the same rule`() throws {
        _ = try service.makeRule(listener, 10)
        let again = ELBRequest.createRule(
            .init(listenerARN: listener, conditions: [.pathPattern(["/x"])], priority: 10, actions: [notFound]))
        let failure = service.refusal(again)
        #expect(failure == ELBFailure(.priorityInUse, "Priority '10' is currently in use"))
    }

    @Test mutating func `one rule more than the quota is refused, default rules do not count`() throws {
        for priority in 1...100 { _ = try service.makeRule(listener, priority) }
        let more = ELBRequest.createRule(
            .init(listenerARN: listener, conditions: [.pathPattern(["/"])], priority: 101, actions: [notFound]))
        #expect(service.refusal(more)?.code == .tooManyRules)
    }

    @Test mutating func `missing things have their own codes`() throws {
        let gone = try service.makeRule(listener, 5)
        try service.call(.deleteRule(.init(arn: gone)))
        #expect(service.refusal(.deleteRule(.init(arn: gone)))?.code == .ruleNotFound)
        #expect(service.refusal(.modifyRule(.init(arn: "x", actions: [notFound])))?.code == .validationError)
        #expect(service.refusal(.describeRules(.init()))?.code == .validationError)
        let stranger = TargetGroupARN(rawValue: a.rawValue.dropLast() + "x")
        let call = ELBRequest.modifyListener(.init(arn: listener, defaultActions: [forward(stranger)]))
        #expect(service.refusal(call)?.code == .targetGroupNotFound)
    }

    @Test mutating func `a group serves one load balancer at a time`() throws {
        let rule = try service.makeRule(listener, 1, "/", forward(a))
        let other = try service.makeLoadBalancer("other")
        let call = ELBRequest.createListener(
            .init(loadBalancerARN: other, protocol: .http, port: 80, defaultActions: [forward(a)]))
        #expect(service.refusal(call)?.code == .targetGroupAssociationLimit)
        try service.call(.deleteRule(.init(arn: rule)))
        #expect(try service.call(call).listenerList.count == 1)
    }

    @Test mutating func `a group knows its load balancer while a rule names it`() throws {
        func owners(_ service: inout Service) throws -> [LoadBalancerARN] {
            try service.call(.describeTargetGroups(.init(arns: [a]))).groupList.flatMap(\.loadBalancerARNs)
        }
        #expect(try owners(&service) == [])
        let one = try service.makeRule(listener, 1, "/1", forward(a))
        let two = try service.makeRule(listener, 2, "/2", forward([(a, 0), (b, 1)]))
        #expect(try owners(&service) == [balancer])
        try service.call(.deleteRule(.init(arn: one)))
        #expect(try owners(&service) == [balancer])
        let filtered = ELBRequest.describeTargetGroups(.init(loadBalancerARN: balancer))
        #expect(try service.call(filtered).groupList.map(\.name) == ["a", "b"])
        try service.call(.modifyRule(.init(arn: two, actions: [forward(b)])))
        #expect(try owners(&service) == [])
        #expect(try service.call(filtered).groupList.map(\.name) == ["b"])
    }

    static let badActions: [([Action], ELBFailure.Code)] = [
        ([], .invalidLoadBalancerAction),
        ([notFound, notFound], .invalidLoadBalancerAction),
        ([.other(type: "authenticate-oidc")], .invalidLoadBalancerAction),
        ([.other(type: "teleport")], .validationError),
        ([.forward(ForwardAction(targetGroups: []))], .validationError),
        ([.fixedResponse(.init(statusCode: 302))], .validationError),
        ([.fixedResponse(.init(statusCode: 200, contentType: "image/png"))], .validationError),
        ([.fixedResponse(.init(statusCode: 200, messageBody: String(repeating: "x", count: 1025)))], .validationError),
        ([.redirect(.init(statusCode: .found))], .invalidLoadBalancerAction),
        ([.redirect(.init(path: "relative", statusCode: .found))], .validationError),
        ([.redirect(.init(port: "0", statusCode: .found))], .validationError),
        ([.redirect(.init(protocol: "HTTPS", statusCode: "HTTP_307"))], .validationError),
    ]

    @Test("malformed actions are refused", arguments: badActions)
    mutating func refusedActions(actions: [Action], code: ELBFailure.Code) {
        let call = ELBRequest.createRule(
            .init(listenerARN: listener, conditions: [.pathPattern(["/"])], priority: 1, actions: actions))
        #expect(service.refusal(call)?.code == code)
    }

    @Test mutating func `weights, their number and stickiness have limits`() throws {
        var groups: [(TargetGroupARN, Int)] = []
        for index in 0..<6 { groups.append((try service.makeGroup("g\(index)"), 1)) }
        func call(_ action: Action) -> ELBRequest {
            .createRule(.init(listenerARN: listener, conditions: [.pathPattern(["/"])], priority: 1, actions: [action]))
        }
        #expect(service.refusal(call(forward(groups)))?.code == .tooManyTargetGroups)
        #expect(service.refusal(call(forward([(a, 1000)])))?.code == .validationError)
        #expect(service.refusal(call(forward([(a, -1)])))?.code == .validationError)
        #expect(service.refusal(call(forward([(a, 1), (a, 2)])))?.code == .validationError)
        for stickiness in [TargetGroupStickiness(isEnabled: true), .init(isEnabled: true, durationSeconds: 604_801)] {
            let action = Action.forward(ForwardAction(targetGroups: [.init(arn: a)], stickiness: stickiness))
            #expect(service.refusal(call(action))?.code == .validationError)
        }
        #expect(try service.call(call(forward([(a, 0), (b, 999)]))).ruleList.count == 1)
    }

    static let badConditions: [[RuleCondition]] = [
        [.pathPattern(["/1", "/2", "/3", "/4", "/5", "/6"])],
        [.pathPattern([])],
        [.pathPattern(["/a"]), .pathPattern(["/b"])],
        [.hostHeader(["exa_mple.com"])],
        [.pathPattern(["/a{b}"])],
        [.pathPattern(["/*/*/*/*/*/*/*"])],
        [.pathPattern(["/" + String(repeating: "a", count: 128)])],
        [.httpRequestMethod(["get"])],
        [.httpHeader(name: "Host", values: ["x"])],
        [.httpHeader(name: "", values: ["x"])],
        [.sourceIP(["10.0.0.1"])],
        [.sourceIP(["255.255.255.255/32"])],
        [.other(field: "moon-phase")],
    ]

    @Test("malformed conditions are refused", arguments: badConditions)
    mutating func refusedConditions(conditions: [RuleCondition]) {
        let call = ELBRequest.createRule(
            .init(listenerARN: listener, conditions: conditions, priority: 1, actions: [notFound]))
        #expect(service.refusal(call)?.code == .validationError)
    }

    @Test("priorities have limits", arguments: [0, 50001, -1])
    mutating func refusedPriority(priority: Int) {
        let call = ELBRequest.createRule(
            .init(listenerARN: listener, conditions: [.pathPattern(["/"])], priority: priority, actions: [notFound]))
        #expect(service.refusal(call)?.code == .validationError)
    }

    @Test mutating func `every kind of condition is shown as it was given and a redirect is filled in`() throws {
        let conditions: [RuleCondition] = [
            .hostHeader(["*.example.com"]), .httpHeader(name: "X-A", values: ["1"]), .httpRequestMethod(["GET"]),
            .queryString([.init(key: "k", value: "v")]), .sourceIP(["10.0.0.0/8"]),
        ]
        let redirect = Action.redirect(.init(protocol: "HTTPS", port: "443", statusCode: .movedPermanently))
        try service.call(
            .createRule(.init(listenerARN: listener, conditions: conditions, priority: 1, actions: [redirect])))
        let shown = try #require(try rules().first)
        #expect(shown.conditions == conditions)
        #expect(shown.actions.map(\.description) == ["redirect HTTP_301 HTTPS://#{host}:443/#{path}?#{query}"])
    }
}
