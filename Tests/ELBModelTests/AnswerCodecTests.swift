import ELBModel
import Testing

@Suite("Answers in XML") struct AnswerCodecTests {
    static let group: TargetGroupARN =
        "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/web/73e2d6bc24d8a067"
    static let rule = Rule(
        arn: "arn:rule", priority: 10, conditions: [.pathPattern(["/*"])],
        actions: [
            .forward(
                ForwardAction(targetGroups: [.init(arn: group, weight: 1)], stickiness: .init(isEnabled: false)))
        ])

    @Test func `an operation without result still has its result element`() {
        let expected =
            "<DeleteRuleResponse xmlns=\"http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/\">"
            + "<DeleteRuleResult/>"
            + "<ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></DeleteRuleResponse>"
        #expect(ELBResponse.done.xml(for: "DeleteRule", requestID: "r-1") == expected)
    }

    @Test func `a forward to one group shows the group in both places and its priority as text`() {
        let xml = ELBResponse.rules([Self.rule], nextMarker: nil).xml(for: "DescribeRules", requestID: "r")
        let forward: String =
            "<Type>forward</Type><TargetGroupArn>\(Self.group)</TargetGroupArn><ForwardConfig><TargetGroups><member>"
            + "<TargetGroupArn>\(Self.group)</TargetGroupArn><Weight>1</Weight></member></TargetGroups>"
            + "<TargetGroupStickinessConfig><Enabled>false</Enabled></TargetGroupStickinessConfig></ForwardConfig>"
        #expect(xml.contains(forward))
        #expect(xml.contains("<Priority>10</Priority><IsDefault>false</IsDefault>"))
        let values = "<Values><member>/*</member></Values>"
        #expect(xml.contains("\(values)<PathPatternConfig>\(values)</PathPatternConfig>"))
    }

    static let answers: [(String, ELBResponse)] = [
        (
            "DescribeRules",
            .rules(
                [
                    rule,
                    Rule(
                        arn: "arn:d", priority: .last,
                        actions: [
                            .fixedResponse(
                                .init(statusCode: 404, contentType: "text/plain", messageBody: "<no> & \"so\""))
                        ]),
                ], nextMarker: "m")
        ),
        ("DescribeRules", .rules([], nextMarker: nil)),
        (
            "CreateLoadBalancer",
            .loadBalancers(
                [
                    LoadBalancer(
                        arn: "arn:lb", name: "web", dnsName: "web-1.example", canonicalHostedZoneID: "Z1",
                        createdTime: "2026-01-01T00:00:00Z", scheme: .internal, vpcID: "vpc-1",
                        state: .init(code: .provisioning), availabilityZones: [.init(zoneName: "a", subnetID: "s")],
                        securityGroups: ["sg-1"], ipAddressType: .ipv4)
                ], nextMarker: nil)
        ),
        (
            "DescribeTargetGroups",
            .targetGroups(
                [
                    TargetGroup(
                        arn: group, name: "web", protocol: .http, protocolVersion: .grpc, port: 80, vpcID: "vpc-1",
                        targetType: .ip, ipAddressType: .ipv4, healthCheck: .init(matcher: .grpc("12")),
                        loadBalancerARNs: ["arn:lb"])
                ], nextMarker: nil)
        ),
        (
            "DescribeTargetHealth",
            .targetHealth([
                .init(target: Target(id: "10.0.0.1", port: 80), healthCheckPort: "80", health: .init(state: .healthy)),
                .init(
                    target: Target(id: "10.0.0.2", port: 80), healthCheckPort: "80",
                    health: .init(state: .unused, reason: .notInUse, details: "Target group is not used")),
            ])
        ),
        ("DescribeTags", .tags([.init(resourceARN: "arn:x", tags: [.init(key: "k", value: "")])])),
        ("ModifyTargetGroupAttributes", .attributes([.init(key: "a", value: "")])),
        ("DescribeAccountLimits", .accountLimits([.init(name: "target-groups", max: "3000")], nextMarker: nil)),
        ("SetSecurityGroups", .securityGroups(["sg-1", "sg-2"])),
        ("SetSubnets", .availabilityZones([.init(zoneName: "a", subnetID: "s")], .dualstack)),
        ("SetIpAddressType", .ipAddressType(.dualstack)),
        ("RegisterTargets", .done),
    ]

    @Test("every answer reads back as it was written", arguments: answers)
    func roundTrip(operation: String, answer: ELBResponse) throws {
        let xml = answer.xml(for: operation, requestID: "r")
        #expect(try ELBResponse(xml: Array(xml.utf8), for: operation) == answer)
    }

    @Test func `a pretty printed answer with comments, prefixes and unknown elements is read`() throws {
        let xml = """
            <?xml version="1.0" encoding="UTF-8"?>
            <!-- hello -->
            <e:DescribeTagsResponse xmlns:e='urn:x' a="b > c">
              <e:DescribeTagsResult>
                <e:TagDescriptions>
                  <e:member><e:ResourceArn>arn:x</e:ResourceArn><e:New>1</e:New>
                    <e:Tags><e:member><e:Key>k</e:Key>
                    <e:Value><![CDATA[<v>]]>&#x41;&#66;&apos;</e:Value></e:member></e:Tags>
                  </e:member>
                </e:TagDescriptions>
              </e:DescribeTagsResult>
            </e:DescribeTagsResponse>
            """
        let expected = ELBResponse.tags([.init(resourceARN: "arn:x", tags: [.init(key: "k", value: "<v>AB'")])])
        #expect(try ELBResponse(xml: Array(xml.utf8), for: "DescribeTags") == expected)
    }

    @Test func `a refusal is read from either notation and keeps its status`() {
        let failure = ELBFailure(.ruleNotFound, "One or more rules not found")
        let xml = failure.xml(requestID: "r")
        #expect(xml.contains("<Error><Type>Sender</Type><Code>RuleNotFound</Code>"))
        #expect(ELBFailure(xml: Array(xml.utf8), httpStatus: 400) == failure)
        let other =
            "<Response><Errors><Error><Code>Throttling</Code><Message>Slow down</Message></Error></Errors></Response>"
        #expect(ELBFailure(xml: Array(other.utf8), httpStatus: 400).isThrottling)
    }

    @Test func `an answer that is not XML says what came instead`() {
        let failure = ELBFailure(xml: Array("Bad gateway".utf8), httpStatus: 502)
        #expect(failure.code == .malformedResponse)
        #expect(failure.httpStatus == 502)
        #expect(failure.isTransient)
        #expect(failure.message.contains("Bad gateway"))
    }

    @Test(
        "broken documents are refused with the place",
        arguments: [
            ("<a><b></a>", 9, "closed by"), ("<a>", 3, "not closed"), ("<a>&nope;</a>", 3, "unknown"),
            ("<a>&</a>", 3, "without an entity"), ("<a/><b/>", 4, "more after"),
            ("<!DOCTYPE a><a/>", 0, "document type"),
            ("<a><!-- </a>", 3, "a comment"), ("", 0, "'<' is expected"), ("<a b='1></a>", 6, "attribute value"),
        ])
    func broken(xml: String, offset: Int, part: String) {
        let problem = #expect(throws: XMLProblem.self) { try XMLReader.parse(Array(xml.utf8)) }
        #expect(problem?.offset == offset)
        #expect(problem?.problem.contains(part) == true, "\(problem?.problem ?? "")")
    }

    @Test func `deep nesting is an error, not a crash`() {
        let xml = String(repeating: "<a>", count: 100_000)
        #expect(throws: XMLProblem.self) { try XMLReader.parse(Array(xml.utf8)) }
    }
}
