import Simulation

// Counts the calls to AWS that verifying many updates takes: swift run AWSCallBenchmark [rollouts per load balancer]
// [load balancers] [seed].
let numbers = CommandLine.arguments.dropFirst().compactMap(Int.init)
var fleet = Fleet()
if numbers.count > 0 { fleet.rolloutsPerBalancer = numbers[0] }
if numbers.count > 1 { fleet.balancerCount = numbers[1] }
if numbers.count > 2 { fleet.seed = UInt64(numbers[2]) }
var count = CallCount(fleet)
print(count.run())
