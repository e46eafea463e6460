import ELBModel
import LoadBalancerState
import RequestRouting
import Testing

@Suite("Targets and their health") struct TargetHealthTests {
    var service = Service()
    let balancer: LoadBalancerARN
    let group: TargetGroupARN
    let listener: ListenerARN

    init() throws {
        balancer = try service.makeLoadBalancer()
        group = try service.makeGroup()
        listener = try service.makeListener(on: balancer, forward(group))
    }

    @Test mutating func `a target is registered, checked once, then healthy`() throws {
        try service.register("10.0.0.1", in: group)
        #expect(try service.health(group) == ["10.0.0.1:8080 initial (Elb.RegistrationInProgress)"])
        #expect(service.check().isEmpty)
        service.wait(.seconds(1))
        #expect(try service.health(group) == ["10.0.0.1:8080 initial (Elb.InitialHealthChecking)"])
        #expect(service.hosts(balancer, group, .initial) == ["10.0.0.1"])
        #expect(service.check() == ["10.0.0.1"])
        #expect(try service.health(group) == ["10.0.0.1:8080 healthy"])
        #expect(service.hosts(balancer, group, .healthy) == ["10.0.0.1"])
        #expect(service.check().isEmpty)
        service.wait(.seconds(10))
        #expect(service.check() == ["10.0.0.1"])
    }

    @Test mutating func `a healthy target has no reason and shows its resolved check port`() throws {
        try service.register("10.0.0.1", in: group)
        service.wait(.seconds(1))
        service.check()
        let shown = try service.call(.describeTargetHealth(.init(targetGroupARN: group))).health[0]
        #expect(shown.health == TargetHealth(state: .healthy))
        #expect(shown.healthCheckPort == "8080")
    }

    @Test(
        "failing checks make a target unhealthy at the threshold and name the reason",
        arguments: [
            (
                HealthCheckResult.status(503), "Target.ResponseCodeMismatch",
                "Health checks failed with these codes: [503]"
            ),
            (.timedOut, "Target.Timeout", "Request timed out"),
            (.failed, "Target.FailedHealthChecks", "Health checks failed"),
        ])
    mutating func unhealthy(result: HealthCheckResult, reason: String, details: String) throws {
        try service.register("10.0.0.1", in: group)
        service.wait(.seconds(1))
        service.check()
        service.wait(.seconds(10))
        service.check(result)
        #expect(try service.health(group) == ["10.0.0.1:8080 healthy"])
        service.wait(.seconds(10))
        service.check(result)
        let shown = try service.call(.describeTargetHealth(.init(targetGroupARN: group))).health[0].health
        #expect(shown == TargetHealth(state: .unhealthy, reason: .init(rawValue: reason), details: details))
        #expect(service.hosts(balancer, group, .unhealthy) == ["10.0.0.1"])
    }

    @Test mutating func `an unhealthy target comes back after passing often enough in a row`() throws {
        try service.register("10.0.0.1", in: group)
        service.wait(.seconds(1))
        for _ in 0..<2 {
            service.check(.failed)
            service.wait(.seconds(10))
        }
        #expect(service.hosts(balancer, group, .unhealthy) == ["10.0.0.1"])
        for result in [HealthCheckResult.status(200), .status(200), .failed] {
            service.check(result)
            service.wait(.seconds(10))
        }
        for _ in 0..<4 {
            service.check()
            service.wait(.seconds(10))
        }
        #expect(service.hosts(balancer, group, .unhealthy) == ["10.0.0.1"])
        service.check()
        #expect(service.hosts(balancer, group, .healthy) == ["10.0.0.1"])
    }

    @Test mutating func `the matcher decides what passes`() throws {
        let strict = try service.makeGroup("m", check: .init(intervalSeconds: 10, matcher: .http("200,300-302")))
        _ = try service.makeRule(listener, 1, "/", forward(strict))
        try service.register("10.0.0.9", in: strict)
        service.wait(.seconds(1))
        service.check(.status(301))
        #expect(try service.health(strict) == ["10.0.0.9:8080 healthy"])
    }

    @Test mutating func `a deregistered target drains for the whole delay, then is gone`() throws {
        let delay = [Attribute(key: "deregistration_delay.timeout_seconds", value: "30")]
        try service.call(.modifyTargetGroupAttributes(.init(arn: group, attributes: delay)))
        try service.register("10.0.0.1", "10.0.0.2", in: group)
        service.wait(.seconds(1))
        service.check()
        try service.deregister("10.0.0.1", in: group)
        #expect(
            try service.health(group)
                == ["10.0.0.1:8080 draining (Target.DeregistrationInProgress)", "10.0.0.2:8080 healthy"])
        #expect(service.hosts(balancer, group, .draining) == ["10.0.0.1"])
        service.wait(.seconds(29))
        #expect(service.check() == ["10.0.0.2"])
        #expect(service.hosts(balancer, group, .draining) == ["10.0.0.1"])
        service.wait(.seconds(1))
        #expect(try service.health(group) == ["10.0.0.2:8080 healthy"])
        #expect(service.hosts(balancer, group, .draining) == [])
        let asked = ELBRequest.describeTargetHealth(.init(targetGroupARN: group, targets: [Target(id: "10.0.0.1")]))
        #expect(try service.call(asked).health.map(\.description) == ["10.0.0.1:8080 unused (Target.NotRegistered)"])
    }

    @Test mutating func `without delay a target is gone at once`() throws {
        let delay = [Attribute(key: "deregistration_delay.timeout_seconds", value: "0")]
        try service.call(.modifyTargetGroupAttributes(.init(arn: group, attributes: delay)))
        try service.register("10.0.0.1", in: group)
        try service.deregister("10.0.0.1", in: group)
        #expect(try service.health(group) == [])
    }

    @Test mutating func `registering again is a no-op, and while draining starts anew`() throws {
        try service.register("10.0.0.1", in: group)
        service.wait(.seconds(1))
        service.check()
        try service.register("10.0.0.1", in: group)
        #expect(try service.health(group) == ["10.0.0.1:8080 healthy"])
        try service.deregister("10.0.0.1", in: group)
        try service.register("10.0.0.1", in: group)
        #expect(try service.health(group) == ["10.0.0.1:8080 initial (Elb.RegistrationInProgress)"])
        service.wait(.seconds(400))
        #expect(try service.health(group) == ["10.0.0.1:8080 initial (Elb.InitialHealthChecking)"])
    }

    @Test mutating func `a late result for an earlier registration is ignored`() throws {
        try service.register("10.0.0.1", in: group)
        service.wait(.seconds(1))
        let stale = try #require(service.state.healthChecksDue(now: service.now).first)
        try service.deregister("10.0.0.1", in: group)
        try service.register("10.0.0.1", in: group)
        service.wait(.seconds(1))
        service.state.record(.status(200), for: stale, now: service.now)
        #expect(try service.health(group) == ["10.0.0.1:8080 initial (Elb.InitialHealthChecking)"])
    }

    @Test mutating func `targets of a group in no rule are unused until a rule names it`() throws {
        let idle = try service.makeGroup("idle")
        try service.register("10.0.0.7", in: idle)
        #expect(try service.health(idle) == ["10.0.0.7:8080 unused (Target.NotInUse)"])
        service.wait(.seconds(60))
        #expect(service.check().isEmpty)
        let rule = try service.makeRule(listener, 1, "/", forward([(group, 100), (idle, 0)]))
        #expect(try service.health(idle) == ["10.0.0.7:8080 initial (Elb.RegistrationInProgress)"])
        service.wait(.seconds(1))
        #expect(service.check() == ["10.0.0.7"])
        #expect(try service.health(idle) == ["10.0.0.7:8080 healthy"])
        try service.call(.deleteRule(.init(arn: rule)))
        #expect(try service.health(idle) == ["10.0.0.7:8080 unused (Target.NotInUse)"])
    }

    @Test mutating func `one address with two ports is two targets`() throws {
        let targets = [Target(id: "10.0.0.1"), Target(id: "10.0.0.1", port: 9090)]
        try service.call(.registerTargets(.init(targetGroupARN: group, targets: targets)))
        #expect(try service.health(group).count == 2)
        try service.deregister("10.0.0.1", in: group)
        let shown = try service.health(group)
        #expect(shown[0].contains("draining"))
        #expect(shown[1] == "10.0.0.1:9090 initial (Elb.RegistrationInProgress)")
    }

    @Test mutating func `two hundred targets fit in a call, unknown ones are deregistered without error`() throws {
        let targets = (1...200).map { Target(id: "10.0.1.\($0)") }
        try service.call(.registerTargets(.init(targetGroupARN: group, targets: targets)))
        #expect(try service.health(group).count == 200)
        try service.deregister("10.9.9.9", in: group)
    }

    @Test(
        "addresses that cannot be targets are refused",
        arguments: [
            (Target(id: "8.8.8.8"), ELBFailure.Code.invalidTarget, "not a valid target"),
            (Target(id: "127.0.0.1"), .invalidTarget, "not a valid target"),
            (Target(id: "172.16.0.1"), .validationError, "you must specify an Availability Zone"),
            (Target(id: "i-123"), .validationError, "not a valid IPv4"),
            (Target(id: "10.0.0.1", port: 0), .validationError, "greater than or equal to 1"),
            (Target(id: "2001:db8::1"), .invalidTarget, "IP address type"),
        ])
    mutating func refused(target: Target, code: ELBFailure.Code, part: String) throws {
        let good = Target(id: "10.0.0.1")
        let failure = service.refusal(.registerTargets(.init(targetGroupARN: group, targets: [good, target])))
        #expect(failure?.code == code)
        #expect(failure?.message.contains(part) == true, "\(failure?.message ?? "")")
        #expect(try service.health(group) == [])
    }

    @Test mutating func `an address outside the network is possible with a zone`() throws {
        let target = Target(id: "172.16.0.1", availabilityZone: "all")
        try service.call(.registerTargets(.init(targetGroupARN: group, targets: [target])))
        #expect(try service.health(group) == ["172.16.0.1:8080@all initial (Elb.RegistrationInProgress)"])
    }
}
