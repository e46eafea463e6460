import ELBModel
import IngressPlanning
import JSON
import KubernetesModel
import Planning
import Testing

@Suite("Convergence of a stack") struct ConvergenceTests {
    static func canary(weight: Int = 0) -> MiniWorld {
        MiniWorld([
            ingress(
                annotations: ["actions.root": weights(canary: weight)],
                paths: [PathFixture("/*", "ImplementationSpecific", service: "root", port: useAnnotation)]),
            service("root"), service("stable"), service("canary"),
            slice("stable", ready: ["10.0.0.1", "10.0.0.2"]), slice("canary", ready: ["10.0.0.1", "10.0.0.2"]),
            pod("10.0.0.1", labels: ["app": "web"]), pod("10.0.0.2", labels: ["app": "web"]),
        ])
    }

    @Test func `a new Ingress gets its stack, its targets and its hostname`() throws {
        var world = Self.canary()
        world.settle()
        let loadBalancer = try #require(world.aws.loadBalancers.first)
        #expect(loadBalancer.listeners.map(\.listener.port) == [80])
        #expect(world.aws.rules.map(\.description).count == 1)
        let stable = try #require(world.aws.targetGroup(named: "-stable:80"))
        #expect(world.aws.health(stable).map(\.target.id) == ["10.0.0.1", "10.0.0.2"])
        let status = world.ingress()?.status.at("loadBalancer", "ingress")?[0]
        #expect(status?["hostname"]?.stringValue == loadBalancer.loadBalancer.dnsName)
        #expect(status?["ports"]?[0]?["port"]?.intValue == 80)
        #expect(world.ingress()?.finalizers == [IngressPlanner.finalizer])
    }

    @Test("an Ingress says whose controller honours the mark to drain, while it is served", arguments: [false, true])
    func claim(isHeld: Bool) {
        let key = IngressPlanner.honoursDrain
        var world = Self.canary()
        if isHeld { world.edit { $0.set([.string(IngressPlanner.finalizer)], at: "metadata", "finalizers") } }
        world.settle()
        #expect(world.ingress()?.annotation(key) == "true")
        world.edit { $0.set(nil, at: "metadata", "annotations", key) }
        world.settle()
        #expect(world.ingress()?.annotation(key) == "true")
        world.edit { $0.set("nginx", at: "metadata", "annotations", "kubernetes.io/ingress.class") }
        world.settle()
        #expect(world.ingress()?.finalizers == [])
        #expect(world.ingress()?.annotation(key) == nil)
    }

    @Test func `an unchanged stack is left alone`() {
        var world = Self.canary()
        world.settle()
        world.aws.finishHealthChecks()
        world.wait()
        let effects = world.settle()
        #expect(effects == [])
        #expect(world.plan().effects == [])
    }

    @Test func `a group of weight 0 is attached, so that its targets are checked`() throws {
        var world = Self.canary()
        world.settle()
        world.aws.finishHealthChecks()
        let canary = try #require(world.aws.targetGroup(named: "-canary:80"))
        #expect(world.aws.health(canary).map(\.health.state) == [.healthy, .healthy])
    }

    @Test func `a weight change is one ModifyRule and nothing else`() {
        var world = Self.canary()
        world.settle()
        world.aws.finishHealthChecks()
        world.annotate("actions.root", weights(canary: 10))
        let effects = world.settle()
        #expect(effects.operations == ["ModifyRule"])
        #expect(effects.count == 1)
        #expect(world.aws.rules[0].actions.description.contains("=10"))
    }

    @Test func `a reformatted action changes nothing`() {
        var world = Self.canary(weight: 20)
        world.settle()
        let text = """
            { "type": "forward", "forwardConfig": { "targetGroups": [
              { "serviceName": "stable", "servicePort": 80, "weight": 80 },
              { "serviceName": "canary", "servicePort": "80", "weight": 20 } ] } }
            """
        world.annotate("actions.root", text)
        #expect(world.settle() == [])
    }

    @Test func `stickiness comes and goes with one ModifyRule each`() {
        var world = Self.canary(weight: 20)
        world.settle()
        let sticky = #","TargetGroupStickinessConfig":{"Enabled":true,"DurationSeconds":60}"#
        world.annotate("actions.root", weights(canary: 20, extra: sticky))
        #expect(world.settle().operations == ["ModifyRule"])
        world.annotate("actions.root", weights(canary: 20))
        #expect(world.settle().operations == ["ModifyRule"])
    }

    @Test func `drift in AWS is found after the drift interval and repaired`() {
        var world = Self.canary(weight: 20)
        world.settle()
        let rule = world.aws.rules[0]
        world.aws.apply(.modifyRule(.init(arn: rule.arn, actions: [.fixedResponse(.init(statusCode: 500))])))
        #expect(world.settle() == [])
        world.wait()
        #expect(world.settle().operations == ["ModifyRule"])
        #expect(world.aws.rules[0].actions == rule.actions)
    }

    @Test func `two Ingresses of one namespace have separate stacks`() {
        var world = Self.canary()
        world.insert(
            ingress("other", paths: [PathFixture("/", "Prefix", service: "stable")]))
        world.settle()
        // The tiny AWS does not select by tags, so the second has a world of its own.
        var second = world
        second.aws = MiniAWS()
        second.world.observations = Observations()
        second.settle("other")
        let names = [world, second].map { $0.aws.loadBalancers[0].loadBalancer.name }
        #expect(Set(names).count == 2)
        #expect(Set([world, second].flatMap { $0.aws.targetGroups.map(\.targetGroup.name) }).count == 3)
    }

    @Test func `deletion takes the load balancer, then the groups, then the finalizer`() {
        var world = Self.canary()
        world.settle()
        world.edit { $0.set(.string(start.rfc3339), at: "metadata", "deletionTimestamp") }
        let effects = world.settle()
        #expect(
            effects.operations == ["DeleteListener", "DeleteLoadBalancer", "DeleteTargetGroup", "DeleteTargetGroup"])
        #expect(world.ingress() == nil)
        #expect(world.aws.facts == StackFacts())
    }

    @Test func `another class takes the stack down and releases the Ingress`() {
        var world = Self.canary()
        world.settle()
        world.edit { $0.set("nginx", at: "metadata", "annotations", "kubernetes.io/ingress.class") }
        world.settle()
        #expect(world.aws.facts == StackFacts())
        #expect(world.ingress()?.finalizers == [])
    }

    @Test("what the peer's class is given back to stays as it is", arguments: [false, true])
    func peers(isDeleting: Bool) {
        var world = Self.canary()
        world.settle()
        let facts = world.aws.facts
        let finalizers = world.ingress()?.finalizers
        world.controller.settings.ingressClasses = ["weir"]
        if isDeleting { world.edit { $0.set(.string(start.rfc3339), at: "metadata", "deletionTimestamp") } }
        #expect(world.settle() == [])
        #expect(world.aws.facts == facts)
        #expect(world.ingress()?.finalizers == finalizers)
    }

    @Test func `protection against deletion is honoured`() {
        var world = Self.canary()
        world.annotate("load-balancer-attributes", "deletion_protection.enabled=true")
        world.settle()
        world.edit { $0.set(.string(start.rfc3339), at: "metadata", "deletionTimestamp") }
        #expect(world.settle() == [])
        #expect(world.aws.loadBalancers.count == 1)
        world.annotate("load-balancer-attributes", "deletion_protection.enabled=false")
        world.settle()
        #expect(world.ingress() == nil)
    }
}
