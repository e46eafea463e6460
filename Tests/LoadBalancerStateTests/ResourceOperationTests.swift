import ELBModel
import LoadBalancerState
import Testing

@Suite("Load balancers, listeners and groups") struct ResourceOperationTests {
    var service = Service()

    @Test mutating func `a new load balancer is provisioning, then active, and complete`() throws {
        service = Service { $0.provisioningDelay = .seconds(3) }
        let arn = try service.makeLoadBalancer()
        let fresh = try service.call(.describeLoadBalancers(.init(arns: [arn]))).loadBalancerList[0]
        #expect(fresh.state.code == .provisioning)
        service.wait(.seconds(3))
        let shown = try service.call(.describeLoadBalancers(.init())).loadBalancerList[0]
        #expect(shown.state.code == .active)
        #expect(shown.arn.isWellFormed)
        #expect(
            shown.arn.rawValue.hasPrefix("arn:aws:elasticloadbalancing:us-west-2:123456789012:loadbalancer/app/web/"))
        #expect(shown.dnsName.hasPrefix("web-"))
        #expect(shown.dnsName.hasSuffix(".us-west-2.elb.amazonaws.com"))
        #expect(shown.canonicalHostedZoneID == "Z1H1FL5HABSF5")
        #expect(shown.scheme == .internetFacing)
        #expect(shown.availabilityZones.map(\.zoneName) == ["us-west-2a", "us-west-2b"])
        #expect(shown.securityGroups.count == 1)
        #expect(shown.createdTime == "2026-01-01T00:00:00.000000Z")
    }

    @Test mutating func `an internal load balancer says so in its name`() throws {
        let call = ELBRequest.createLoadBalancer(.init(name: "in", subnets: subnets, scheme: .internal))
        #expect(try service.call(call).loadBalancerList[0].dnsName.hasPrefix("internal-in-"))
    }

    @Test mutating func `the same creation again gives the same thing and another setting is a duplicate`() throws {
        let balancer = try service.makeLoadBalancer()
        #expect(try service.makeLoadBalancer() == balancer)
        let otherScheme = ELBRequest.createLoadBalancer(.init(name: "web", subnets: subnets, scheme: .internal))
        #expect(service.refusal(otherScheme)?.code == .duplicateLoadBalancerName)
        let group = try service.makeGroup("a")
        #expect(try service.makeGroup("a") == group)
        let otherPort = ELBRequest.createTargetGroup(
            .init(name: "a", protocol: .http, port: 1, vpcID: "vpc-1", targetType: .ip))
        #expect(service.refusal(otherPort)?.code == .duplicateTargetGroupName)
        let listener = try service.makeListener(on: balancer, forward(group))
        #expect(try service.makeListener(on: balancer, forward(group)) == listener)
        let otherAction = ELBRequest.createListener(
            .init(loadBalancerARN: balancer, protocol: .http, port: 80, defaultActions: [notFound]))
        #expect(service.refusal(otherAction)?.code == .duplicateListener)
        #expect(try service.call(.describeListeners(.init(loadBalancerARN: balancer))).listenerList.count == 1)
    }

    static let badBalancers: [(ELBRequest.CreateLoadBalancer, ELBFailure.Code)] = [
        (.init(name: String(repeating: "n", count: 33), subnets: subnets), .validationError),
        (.init(name: "internal-x", subnets: subnets), .validationError),
        (.init(name: "-x", subnets: subnets), .validationError),
        (.init(name: "a_b", subnets: subnets), .validationError),
        (.init(name: "x", subnets: [subnets[0]]), .validationError),
        (.init(name: "x"), .validationError),
        (.init(name: "x", subnets: [subnets[0], subnets[0]]), .invalidConfigurationRequest),
        (.init(name: "x", subnets: ["net-1", "net-2"]), .subnetNotFound),
        (.init(name: "x", subnets: subnets, securityGroups: ["web"]), .invalidSecurityGroup),
        (.init(name: "x", subnets: subnets, scheme: "secret"), .validationError),
        (.init(name: "x", subnets: subnets, type: "network"), .validationError),
        (.init(name: "x", subnets: subnets, tags: [.init(key: "a"), .init(key: "a")]), .duplicateTagKeys),
        (.init(name: "x", subnets: subnets, tags: [.init(key: "aws:x")]), .validationError),
    ]

    @Test("malformed load balancers are refused", arguments: badBalancers)
    mutating func refused(call: ELBRequest.CreateLoadBalancer, code: ELBFailure.Code) throws {
        #expect(service.refusal(.createLoadBalancer(call))?.code == code)
        #expect(try service.call(.describeLoadBalancers(.init())).loadBalancerList.isEmpty)
    }

    static let badGroups: [(ELBRequest.CreateTargetGroup, ELBFailure.Code)] = [
        (.init(name: "g", port: 80, vpcID: "vpc-1", targetType: .ip), .validationError),
        (.init(name: "g", protocol: "TCP", port: 80, vpcID: "vpc-1", targetType: .ip), .validationError),
        (.init(name: "g", protocol: .http, vpcID: "vpc-1", targetType: .ip), .validationError),
        (.init(name: "g", protocol: .http, port: 0, vpcID: "vpc-1", targetType: .ip), .validationError),
        (.init(name: "g", protocol: .http, port: 80, targetType: .ip), .validationError),
        (.init(name: "g", protocol: .http, port: 80, vpcID: "vpc-1", targetType: "moon"), .validationError),
        (group(.init(intervalSeconds: 4)), .validationError),
        (group(.init(timeoutSeconds: 30)), .invalidConfigurationRequest),
        (group(.init(unhealthyThreshold: 1)), .validationError),
        (group(.init(matcher: .http("200-199"))), .validationError),
        (group(.init(matcher: .http("500"))), .validationError),
        (group(.init(path: "healthz")), .validationError),
        (group(.init(port: "http")), .validationError),
        (group(.init(isEnabled: false)), .validationError),
    ]

    static func group(_ check: HealthCheckSettings) -> ELBRequest.CreateTargetGroup {
        .init(name: "g", protocol: .http, port: 80, vpcID: "vpc-1", healthCheck: check, targetType: .ip)
    }

    @Test("malformed target groups are refused", arguments: badGroups)
    mutating func refusedGroup(call: ELBRequest.CreateTargetGroup, code: ELBFailure.Code) {
        #expect(service.refusal(.createTargetGroup(call))?.code == code)
    }

    @Test mutating func `a group gets the defaults of the API and only its check can change`() throws {
        let call = ELBRequest.createTargetGroup(
            .init(name: "g", protocol: .http, port: 80, vpcID: "vpc-1", targetType: .ip))
        let group = try service.call(call).groupList[0]
        #expect(group.healthCheck == HealthCheck())
        #expect(group.protocolVersion == .http1)
        #expect(group.ipAddressType == .ipv4)
        let changes = HealthCheckSettings(
            path: "/ready", intervalSeconds: 5, timeoutSeconds: 3, matcher: .http("200,204"))
        let changed = try service.call(.modifyTargetGroup(.init(arn: group.arn, healthCheck: changes))).groupList[0]
        #expect(changed.healthCheck.path == "/ready")
        #expect(changed.healthCheck.healthyThreshold == 5)
        #expect(changed.healthCheck.matcher == .http("200,204"))
        let grpc = ELBRequest.createTargetGroup(
            .init(name: "r", protocol: .http, protocolVersion: .grpc, port: 80, vpcID: "vpc-1", targetType: .ip))
        #expect(try service.call(grpc).groupList[0].healthCheck.path == "/AWS.ALB/healthcheck")
    }

    @Test mutating func `what is missing can be deleted only where the API says so`() throws {
        let balancer = try service.makeLoadBalancer()
        let group = try service.makeGroup()
        let listener = try service.makeListener(on: balancer, forward(group))
        let inUse = service.refusal(.deleteTargetGroup(.init(arn: group)))
        #expect(inUse?.message == "Target group '\(group)' is currently in use by a listener or a rule")
        #expect(inUse?.code == .resourceInUse)
        try service.call(.deleteLoadBalancer(.init(arn: balancer)))
        try service.call(.deleteLoadBalancer(.init(arn: balancer)))
        try service.call(.deleteTargetGroup(.init(arn: group)))
        try service.call(.deleteTargetGroup(.init(arn: group)))
        #expect(service.refusal(.deleteListener(.init(arn: listener)))?.code == .listenerNotFound)
        #expect(service.refusal(.describeLoadBalancers(.init(names: ["web"])))?.code == .loadBalancerNotFound)
        #expect(service.refusal(.deleteTargetGroup(.init(arn: "x")))?.code == .validationError)
    }

    @Test mutating func `a group stays in use for a while after its last rule when told so`() throws {
        service = Service { $0.controlPlaneLag = .seconds(2) }
        let balancer = try service.makeLoadBalancer()
        let group = try service.makeGroup()
        let listener = try service.makeListener(on: balancer, forward(group))
        #expect(
            service.refusal(
                .createRule(
                    .init(listenerARN: listener, conditions: [.pathPattern(["/"])], priority: 1, actions: [notFound]))
            )?.code == .listenerNotFound)
        service.wait(.seconds(2))
        _ = try service.makeRule(listener, 1)
        try service.call(.deleteListener(.init(arn: listener)))
        #expect(service.refusal(.deleteTargetGroup(.init(arn: group)))?.code == .resourceInUse)
        service.wait(.seconds(2))
        try service.call(.deleteTargetGroup(.init(arn: group)))
    }

    @Test mutating func `deletion protection holds`() throws {
        let balancer = try service.makeLoadBalancer()
        let on = [Attribute(key: "deletion_protection.enabled", value: "true")]
        try service.call(.modifyLoadBalancerAttributes(.init(arn: balancer, attributes: on)))
        let failure = service.refusal(.deleteLoadBalancer(.init(arn: balancer)))
        #expect(failure?.code == .operationNotPermitted)
        #expect(failure?.message.contains("deletion protection") == true)
    }

    @Test mutating func `listeners need a protocol, a port that is free and a certificate for HTTPS`() throws {
        let balancer = try service.makeLoadBalancer()
        func listener(_ transport: TrafficProtocol?, _ port: Int?, _ certificates: [Certificate] = []) -> ELBRequest {
            .createListener(
                .init(
                    loadBalancerARN: balancer, protocol: transport, port: port, certificates: certificates,
                    defaultActions: [notFound]))
        }
        #expect(service.refusal(listener(nil, 80))?.code == .validationError)
        #expect(service.refusal(listener(.http, nil))?.code == .validationError)
        #expect(service.refusal(listener(.http, 70000))?.code == .validationError)
        #expect(service.refusal(listener("TCP", 80))?.code == .unsupportedProtocol)
        #expect(service.refusal(listener(.https, 443))?.code == .validationError)
        #expect(service.refusal(listener(.http, 80, [.init(arn: "arn:c")]))?.code == .validationError)
        let secure = try service.call(listener(.https, 443, [.init(arn: "arn:c")])).listenerList[0]
        #expect(secure.sslPolicy == "ELBSecurityPolicy-2016-08")
        let plain = try service.makeListener(on: balancer)
        #expect(service.refusal(.modifyListener(.init(arn: plain, port: 443)))?.code == .duplicateListener)
        try service.call(.modifyListener(.init(arn: plain, port: 81)))
        #expect(try service.call(.describeListeners(.init(listenerARNs: [plain]))).listenerList[0].port == 81)
    }

    @Test mutating func `pages show every item once, also when some vanish in between`() throws {
        var arns: [LoadBalancerARN] = []
        for index in 0..<7 { arns.append(try service.makeLoadBalancer("lb\(index)")) }
        var seen: [String] = []
        var marker: String?
        repeat {
            let answer = try service.call(.describeLoadBalancers(.init(marker: marker, pageSize: 2)))
            guard case .loadBalancers(let page, let next) = answer else { break }
            seen += page.map(\.name)
            marker = next
            if seen.count == 4 { try service.call(.deleteLoadBalancer(.init(arn: arns[3]))) }
        } while marker != nil
        #expect(seen == ["lb0", "lb1", "lb2", "lb3", "lb4", "lb5", "lb6"])
        #expect(service.refusal(.describeLoadBalancers(.init(marker: "nonsense")))?.code == .validationError)
        #expect(service.refusal(.describeLoadBalancers(.init(pageSize: 0)))?.code == .validationError)
        #expect(service.refusal(.describeLoadBalancers(.init(pageSize: 401)))?.code == .validationError)
    }

    @Test mutating func `security groups, subnets and address types are replaced`() throws {
        let arn = try service.makeLoadBalancer()
        #expect(
            try service.call(.setSecurityGroups(.init(arn: arn, securityGroups: ["sg-1", "sg-2"])))
                == .securityGroups(["sg-1", "sg-2"]))
        try service.call(
            .setSubnets(.init(arn: arn, subnets: ["subnet-0b000000000000002", "subnet-0c000000000000003"])))
        try service.call(.setIpAddressType(.init(arn: arn, ipAddressType: .dualstack)))
        let shown = try service.call(.describeLoadBalancers(.init(names: ["web"]))).loadBalancerList[0]
        #expect(shown.securityGroups == ["sg-1", "sg-2"])
        #expect(shown.availabilityZones.map(\.zoneName) == ["us-west-2b", "us-west-2c"])
        #expect(shown.ipAddressType == .dualstack)
    }

    @Test func `equal seeds give equal names and other seeds others`() throws {
        func names(_ seed: UInt64) throws -> [String] {
            var service = Service(seed: seed)
            let balancer = try service.makeLoadBalancer()
            let dnsName = service.state.allLoadBalancers[0].dnsName
            return [balancer.rawValue, dnsName, try service.makeGroup().rawValue]
        }
        #expect(try names(3) == names(3))
        #expect(try Set(names(3)).isDisjoint(with: names(4)))
    }
}
