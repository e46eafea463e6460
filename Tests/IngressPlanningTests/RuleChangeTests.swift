import ELBModel
import IngressPlanning
import JSON
import KubernetesModel
import Planning
import Testing

@Suite("Changes of rules") struct RuleChangeTests {
    private static func path(_ path: String, _ service: String = "a") -> PathFixture {
        PathFixture(path, "Exact", service: service)
    }

    private static func world(_ paths: [PathFixture]) -> MiniWorld {
        var world = MiniWorld([
            ingress(paths: paths), service("a"), service("b"), slice("a", ready: ["10.0.0.1"]),
            slice("b", ready: ["10.0.0.2"]),
        ])
        world.settle()
        world.aws.finishHealthChecks()
        world.wait()
        world.settle()
        return world
    }

    private static func rewrite(_ world: inout MiniWorld, _ paths: [PathFixture]) -> [Effect] {
        let document = ingress(paths: paths).spec
        world.edit { $0.set(document, at: "spec") }
        return world.settle()
    }

    private func patterns(_ world: MiniWorld) -> [String] {
        world.aws.rules.map { $0.conditions.map(\.description).joined() }
    }

    @Test func `a rule inserted in front moves the others first and keeps their ARNs`() {
        var world = Self.world([Self.path("/a"), Self.path("/b")])
        let arns = Set(world.aws.rules.map(\.arn))
        let effects = Self.rewrite(&world, [Self.path("/new"), Self.path("/a"), Self.path("/b")])
        #expect(effects.operations.prefix(2) == ["SetRulePriorities", "CreateRule"])
        // Priorities are part of the resource tags of listeners' rules.
        #expect(Set(effects.operations.dropFirst(2)) == ["AddTags"])
        #expect(patterns(world) == ["path-pattern=/new", "path-pattern=/a", "path-pattern=/b"])
        #expect(arns.isSubset(of: world.aws.rules.map(\.arn)))
    }

    @Test func `swapped rules are moved in one call`() {
        var world = Self.world([Self.path("/a"), Self.path("/b")])
        let effects = Self.rewrite(&world, [Self.path("/b"), Self.path("/a")])
        #expect(effects.operations.first == "SetRulePriorities")
        #expect(!effects.operations.contains("CreateRule") && !effects.operations.contains("DeleteRule"))
        #expect(patterns(world) == ["path-pattern=/b", "path-pattern=/a"])
    }

    @Test func `a changed path is a rule changed in place`() {
        var world = Self.world([Self.path("/a"), Self.path("/b")])
        let arns = world.aws.rules.map(\.arn)
        let effects = Self.rewrite(&world, [Self.path("/a"), Self.path("/c")])
        #expect(effects.operations == ["ModifyRule"])
        #expect(world.aws.rules.map(\.arn) == arns)
        #expect(patterns(world) == ["path-pattern=/a", "path-pattern=/c"])
    }

    @Test func `a rule is deleted after everything else`() {
        var world = Self.world([Self.path("/a"), Self.path("/b"), Self.path("/c")])
        let effects = Self.rewrite(&world, [Self.path("/b"), Self.path("/c")])
        #expect(effects.operations.first == "SetRulePriorities")
        #expect(effects.operations.filter { $0.hasSuffix("Rule") } == ["DeleteRule"])
        #expect(patterns(world) == ["path-pattern=/b", "path-pattern=/c"])
        world.wait()
        #expect(world.settle() == [])
    }

    @Test func `a full listener makes room first`() {
        var world = Self.world((1...99).map { Self.path("/\($0)") } + [Self.path("/old")])
        let effects = Self.rewrite(&world, (1...99).map { Self.path("/\($0)") } + [Self.path("/x")])
        #expect(effects.operations == ["ModifyRule"])
        #expect(world.aws.rules.count == 100)
    }

    @Test func `a removed port is closed, a new one opened before`() {
        var world = Self.world([Self.path("/a")])
        world.annotate("listen-ports", #"[{"HTTP":8080}]"#)
        let effects = world.settle()
        #expect(effects.operations == ["CreateListener", "DeleteListener", "CreateRule"])
        #expect(world.aws.loadBalancers[0].listeners.map(\.listener.port) == [8_080])
        let ports = world.ingress()?.status.at("loadBalancer", "ingress")?[0]?["ports"]?[0]?["port"]?.intValue
        #expect(ports == 8_080)
    }

    @Test func `settings of the load balancer and the groups are changed in place`() {
        var world = Self.world([Self.path("/a")])
        world.annotate("load-balancer-attributes", "idle_timeout.timeout_seconds=30")
        world.annotate("target-group-attributes", "deregistration_delay.timeout_seconds=10")
        world.annotate("healthcheck-path", "/healthz")
        world.annotate("security-groups", "sg-1,sg-2")
        world.annotate("subnets", "subnet-c,subnet-d")
        world.annotate("tags", "team=shop")
        let effects = world.settle()
        let expected: Set = [
            "ModifyTargetGroup", "ModifyTargetGroupAttributes", "AddTags", "SetSecurityGroups", "SetSubnets",
            "ModifyLoadBalancerAttributes",
        ]
        #expect(Set(effects.operations) == expected)
        world.annotate("tags", nil)
        #expect(Set(world.settle().operations) == ["RemoveTags"])
    }

    @Test func `another scheme needs another load balancer`() {
        var world = Self.world([Self.path("/a")])
        world.annotate("scheme", "internet-facing")
        let effects = world.settle()
        let operations = ["DeleteLoadBalancer", "CreateLoadBalancer", "CreateListener", "CreateRule"]
        #expect(effects.operations == operations)
        #expect(world.aws.loadBalancers.map(\.loadBalancer.scheme) == [.internetFacing])
    }
}
