# Installs the component that a wheel is made of, and minimises a function with it, where the build tree is not in reach.
set(prefix ${BUILD}/python-installed)
file(REMOVE_RECURSE ${prefix})
execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD} --component python --prefix ${prefix} OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
set(code "
import downhill
assert downhill.__file__.startswith('${prefix}'), downhill.__file__
result = downhill.minimize(lambda x: downhill.sum((x - 1)**2), [3.0, 4.0], 'newton')
assert result.success and result.seconds.compile > 0, result
print('found', result.x, 'compiled in', result.seconds.compile, 's')
")
execute_process(COMMAND ${CMAKE_COMMAND} -E env --unset=LD_LIBRARY_PATH PYTHONPATH=${prefix} XDG_CACHE_HOME=${prefix}/cache
  ${PYTHON} -c "${code}" WORKING_DIRECTORY ${prefix} COMMAND_ERROR_IS_FATAL ANY)
