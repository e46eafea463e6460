extension TypeCatalog {
    /// The types of workloads and what watches over them, in the notation of `TypeCatalog`.
    ///
    /// Source: the field lists of the Kubernetes OpenAPI document, release 1.31.
    static let workloadsText = """
        ContainerResourceMetricSource = container:s name:s target:MetricTarget
        ContainerResourceMetricStatus = container:s current:MetricValueStatus name:s
        Deployment = apiVersion:s kind:s metadata:ObjectMeta spec:DeploymentSpec status:DeploymentStatus
        DeploymentCondition = lastTransitionTime:t lastUpdateTime:t message:s reason:s status:s type:s
        DeploymentSpec = minReadySeconds:i paused:b progressDeadlineSeconds:i replicas:i
            revisionHistoryLimit:i selector:LabelSelector strategy:DeploymentStrategy!
            template:PodTemplateSpec
        DeploymentStatus = availableReplicas:i collisionCount:i conditions:[DeploymentCondition]/type
            observedGeneration:l readyReplicas:i replicas:i unavailableReplicas:i updatedReplicas:i
        DeploymentStrategy = rollingUpdate:RollingUpdateDeployment type:s
        ExternalMetricSource = metric:MetricIdentifier target:MetricTarget
        ExternalMetricStatus = current:MetricValueStatus metric:MetricIdentifier
        HPAScalingPolicy = periodSeconds:i type:s value:i
        HPAScalingRules = policies:[HPAScalingPolicy] selectPolicy:s stabilizationWindowSeconds:i
        HorizontalPodAutoscaler = apiVersion:s kind:s metadata:ObjectMeta spec:HorizontalPodAutoscalerSpec
            status:HorizontalPodAutoscalerStatus
        HorizontalPodAutoscalerBehavior = scaleDown:HPAScalingRules scaleUp:HPAScalingRules
        HorizontalPodAutoscalerCondition = lastTransitionTime:t message:s reason:s status:s type:s
        HorizontalPodAutoscalerSpec = behavior:HorizontalPodAutoscalerBehavior maxReplicas:i
            metrics:[MetricSpec] minReplicas:i scaleTargetRef:CrossVersionObjectReference
        HorizontalPodAutoscalerStatus = conditions:[HorizontalPodAutoscalerCondition]/type
            currentMetrics:[MetricStatus] currentReplicas:i desiredReplicas:i lastScaleTime:t
            observedGeneration:l
        Job = apiVersion:s kind:s metadata:ObjectMeta spec:JobSpec status:JobStatus
        JobCondition = lastProbeTime:t lastTransitionTime:t message:s reason:s status:s type:s
        JobSpec = activeDeadlineSeconds:l backoffLimit:i backoffLimitPerIndex:i completionMode:s completions:i
            managedBy:s manualSelector:b maxFailedIndexes:i parallelism:i podFailurePolicy:PodFailurePolicy
            podReplacementPolicy:s selector:LabelSelector successPolicy:SuccessPolicy suspend:b
            template:PodTemplateSpec ttlSecondsAfterFinished:i
        JobStatus = active:i completedIndexes:s completionTime:t conditions:[JobCondition]/type/- failed:i
            failedIndexes:s ready:i startTime:t succeeded:i terminating:i
            uncountedTerminatedPods:UncountedTerminatedPods
        MetricIdentifier = name:s selector:LabelSelector
        MetricSpec = containerResource:ContainerResourceMetricSource external:ExternalMetricSource
            object:ObjectMetricSource pods:PodsMetricSource resource:ResourceMetricSource type:s
        MetricStatus = containerResource:ContainerResourceMetricStatus external:ExternalMetricStatus
            object:ObjectMetricStatus pods:PodsMetricStatus resource:ResourceMetricStatus type:s
        MetricTarget = averageUtilization:i averageValue:q type:s value:q
        MetricValueStatus = averageUtilization:i averageValue:q value:q
        ObjectMetricSource = describedObject:CrossVersionObjectReference metric:MetricIdentifier
            target:MetricTarget
        ObjectMetricStatus = current:MetricValueStatus describedObject:CrossVersionObjectReference
            metric:MetricIdentifier
        PodDisruptionBudget = apiVersion:s kind:s metadata:ObjectMeta spec:PodDisruptionBudgetSpec
            status:PodDisruptionBudgetStatus
        PodDisruptionBudgetSpec = maxUnavailable:x minAvailable:x selector:LabelSelector
            unhealthyPodEvictionPolicy:s
        PodDisruptionBudgetStatus = conditions:[Condition]/type currentHealthy:i desiredHealthy:i
            disruptedPods:{t} disruptionsAllowed:i expectedPods:i observedGeneration:l
        PodFailurePolicy = rules:[PodFailurePolicyRule]
        PodFailurePolicyOnExitCodesRequirement = containerName:s operator:s values:[i]
        PodFailurePolicyOnPodConditionsPattern = status:s type:s
        PodFailurePolicyRule = action:s onExitCodes:PodFailurePolicyOnExitCodesRequirement
            onPodConditions:[PodFailurePolicyOnPodConditionsPattern]
        PodTemplateSpec = metadata:ObjectMeta spec:PodSpec
        PodsMetricSource = metric:MetricIdentifier target:MetricTarget
        PodsMetricStatus = current:MetricValueStatus metric:MetricIdentifier
        PodTemplate = apiVersion:s kind:s metadata:ObjectMeta template:PodTemplateSpec
        ReplicaSet = apiVersion:s kind:s metadata:ObjectMeta spec:ReplicaSetSpec status:ReplicaSetStatus
        ReplicaSetCondition = lastTransitionTime:t message:s reason:s status:s type:s
        ReplicaSetSpec = minReadySeconds:i replicas:i selector:LabelSelector template:PodTemplateSpec
        ReplicaSetStatus = availableReplicas:i conditions:[ReplicaSetCondition]/type fullyLabeledReplicas:i
            observedGeneration:l readyReplicas:i replicas:i
        ResourceMetricSource = name:s target:MetricTarget
        ResourceMetricStatus = current:MetricValueStatus name:s
        RollingUpdateDeployment = maxSurge:x maxUnavailable:x
        SuccessPolicy = rules:[SuccessPolicyRule]
        SuccessPolicyRule = succeededCount:i succeededIndexes:s
        UncountedTerminatedPods = failed:[s] succeeded:[s]
        """
}
