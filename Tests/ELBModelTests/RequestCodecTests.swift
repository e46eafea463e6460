import ELBModel
import Testing

@Suite("Requests in the Query notation") struct RequestCodecTests {
    static let rule: RuleARN =
        "arn:aws:elasticloadbalancing:us-west-2:123456789012:listener-rule/app/web/1/f2f7dc8efc522ab2/9683b2d02a6cabee"
    static let stable: TargetGroupARN =
        "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/tg-a/73e2d6bc24d8a067"
    static let canary: TargetGroupARN =
        "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/tg-b/73e2d6bc24d8a068"

    static let weights = ELBRequest.modifyRule(
        .init(
            arn: rule,
            actions: [
                .forward(
                    ForwardAction(
                        targetGroups: [.init(arn: stable, weight: 90), .init(arn: canary, weight: 10)],
                        stickiness: .init(isEnabled: true, durationSeconds: 3600)))
            ]))

    @Test func `a weighted forward is written as an SDK writes it`() {
        let expected =
            "Action=ModifyRule&Version=2015-12-01"
            + "&RuleArn=arn%3Aaws%3Aelasticloadbalancing%3Aus-west-2%3A123456789012%3Alistener-rule%2Fapp%2Fweb"
            + "%2F1%2Ff2f7dc8efc522ab2%2F9683b2d02a6cabee"
            + "&Actions.member.1.Type=forward"
            + "&Actions.member.1.ForwardConfig.TargetGroups.member.1.TargetGroupArn="
            + "arn%3Aaws%3Aelasticloadbalancing%3Aus-west-2%3A123456789012%3Atargetgroup%2Ftg-a%2F73e2d6bc24d8a067"
            + "&Actions.member.1.ForwardConfig.TargetGroups.member.1.Weight=90"
            + "&Actions.member.1.ForwardConfig.TargetGroups.member.2.TargetGroupArn="
            + "arn%3Aaws%3Aelasticloadbalancing%3Aus-west-2%3A123456789012%3Atargetgroup%2Ftg-b%2F73e2d6bc24d8a068"
            + "&Actions.member.1.ForwardConfig.TargetGroups.member.2.Weight=10"
            + "&Actions.member.1.ForwardConfig.TargetGroupStickinessConfig.Enabled=true"
            + "&Actions.member.1.ForwardConfig.TargetGroupStickinessConfig.DurationSeconds=3600"
        #expect(Self.weights.formBody == expected)
    }

    @Test func `a trace names the rule and the weights`() {
        #expect("\(Self.weights)" == "ModifyRule …/9683b2d02a6cabee forward tg-a=90 tg-b=10 sticky=3600s")
    }

    static let calls: [ELBRequest] = [
        weights,
        .describeLoadBalancers(.init(names: ["web"], pageSize: 300)),
        .describeTags(.init(resourceARNs: [stable.rawValue, rule.rawValue])),
        .createTargetGroup(
            .init(
                name: "k8s-shop-web", protocol: .http, protocolVersion: .http1, port: 1, vpcID: "vpc-1",
                healthCheck: .init(path: "/healthz", intervalSeconds: 5, matcher: .http("200-299")), targetType: .ip,
                tags: [.init(key: "team", value: ""), .init(key: "a b", value: "ü*~+%")], ipAddressType: .ipv4)),
        .createRule(
            .init(
                listenerARN: "arn:listener",
                conditions: [
                    .hostHeader(["*.example.com"]), .pathPattern(["/a", "/b/*"]),
                    .httpHeader(name: "X-Canary", values: ["always"]), .httpRequestMethod(["GET"]),
                    .queryString([.init(key: "v", value: "2"), .init(value: "x?")]), .sourceIP(["10.0.0.0/8"]),
                ],
                priority: 3,
                actions: [.redirect(.init(protocol: "HTTPS", port: "443", statusCode: .movedPermanently))])),
        .registerTargets(
            .init(
                targetGroupARN: stable,
                targets: (1...12).map { Target(id: "10.244.0.\($0)", port: 8080, availabilityZone: "all") })),
        .setRulePriorities(.init(priorities: [.init(ruleARN: rule, priority: 50000)])),
        .modifyTargetGroupAttributes(
            .init(arn: stable, attributes: [.init(key: "deregistration_delay.timeout_seconds", value: "30")])),
        .setSubnets(.init(arn: "arn:lb", subnetMappings: [.init(subnetID: "subnet-a")])),
    ]

    @Test("every call reads back as it was written", arguments: calls)
    func roundTrip(call: ELBRequest) throws {
        #expect(try ELBRequest(formBody: call.formBody) == call)
    }

    @Test func `members are ordered by number and gaps are tolerated`() throws {
        let body =
            "Action=DescribeLoadBalancers&Names.member.10=j&Names.member.9=i&Names.member.1=a&Version=2015-12-01"
        #expect(try ELBRequest(formBody: body) == .describeLoadBalancers(.init(names: ["a", "i", "j"])))
    }

    @Test func `an empty list is as good as none and an empty value is kept`() throws {
        let body = "Action=DescribeLoadBalancers&LoadBalancerArns=&Version=2015-12-01"
        #expect(try ELBRequest(formBody: body) == .describeLoadBalancers(.init()))
        let tag = "Action=AddTags&ResourceArns.member.1=x&Tags.member.1.Key=k&Tags.member.1.Value=&Version=2015-12-01"
        #expect(
            try ELBRequest(formBody: tag) == .addTags(.init(resourceARNs: ["x"], tags: [.init(key: "k", value: "")])))
    }

    @Test(
        "bad calls are refused with the code and the place",
        arguments: [
            ("Version=2015-12-01", "MissingAction", "Action"),
            ("Action=Explode&Version=2015-12-01", "InvalidAction", "Explode"),
            ("Action=DescribeLoadBalancers&Version=2012-06-01", "InvalidAction", "2012-06-01"),
            ("Action=ModifyRule&Version=2015-12-01", "ValidationError", "ruleArn"),
            (
                "Action=CreateRule&ListenerArn=a&Priority=high&Conditions.member.1.Field=x&Actions.member.1.Type=y",
                "ValidationError", "Value 'high' at 'priority' must be an integer"
            ),
            ("Action=DescribeLoadBalancers&Names=web", "ValidationError", "'names' must be a list"),
            ("Action=DescribeLoadBalancers&Names.member.1=%zz", "ValidationError", "%zz"),
            ("Action=DescribeLoadBalancers&Names.member.1=%ff", "ValidationError", "UTF-8"),
            ("Action=DescribeLoadBalancers&Names=a&Names.member.1=a", "ValidationError", "'Names' is both"),
            ("Action=DescribeLoadBalancers&" + String(repeating: "a.", count: 40) + "a=1", "ValidationError", "deeper"),
            (
                "Action=ModifyRule&RuleArn=a&Transforms.member.1.Type=url-rewrite", "ValidationError",
                "'transforms' is not supported"
            ),
        ])
    func refusals(body: String, code: String, part: String) {
        let failure = #expect(throws: ELBFailure.self) { try ELBRequest(formBody: body) }
        #expect(failure?.code.rawValue == code)
        #expect(failure?.message.contains(part) == true, "\(failure?.message ?? "")")
    }

    @Test func `naming one group twice differently is refused`() {
        let body =
            "Action=ModifyRule&RuleArn=r&Actions.member.1.Type=forward&Actions.member.1.TargetGroupArn=a"
            + "&Actions.member.1.ForwardConfig.TargetGroups.member.1.TargetGroupArn=b"
        #expect(throws: ELBFailure.self) { try ELBRequest(formBody: body) }
    }
}
